import "../support/without-sdks.ts";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { managedElasticsearchPlan } from "../../components/elasticsearch/managed-plan.ts";
import { beforeStart, snapshotPlan } from "../../components/elasticsearch/snapshots.ts";
import { context, contextOf, managed, settingsOf } from "../support/context.ts";
import { loose, type Loose } from "../support/loose.ts";

const roleArn = "arn:aws:iam::123456789012:role/tracing-snapshots";
const least = { bucket: "company-snapshots", region: "eu-central-1" };
const withSnapshots = (changes: object = {}, more: object = {}) =>
  contextOf({ elasticsearch: { ...managed, ...more, snapshots: { ...least, ...changes } } });
const configOf = (one: typeof context, file: string) => load(managedElasticsearchPlan(one).config[file]!) as Loose;

describe("snapshots", () => {
  test("are off by default: no right, no way out, no file", () => {
    const plan = managedElasticsearchPlan(context);
    expect(plan.flows.egress).toEqual([]);
    expect(JSON.stringify(plan)).not.toMatch(/s3|snapshot|slm|keystore/);
    expect(snapshotPlan(context)).toBeUndefined();
  });

  test("with a key: it goes from Vault into the keystore by a file in memory, and is in no argument and no variable", () => {
    const plan = managedElasticsearchPlan(withSnapshots());
    expect(plan.files).toContainEqual({
      kind: "template",
      file: "s3-key",
      contents: expect.stringContaining(".Data.data.access_key }}\n{{ .Data.data.secret_key }}\n") as unknown,
      reads: ["secret/data/tracing/test/elasticsearch/snapshots"],
    });
    const [shell, flag, script] = plan.container.command as string[];
    expect([shell, flag]).toEqual(["/bin/sh", "-c"]);
    expect(script).toMatch(
      /elasticsearch-keystore add -x -f \S+ \S+ < \S+\/config\/s3-key && exec \S+\/elasticsearch$/,
    );
    expect(JSON.stringify(plan.container.env)).not.toContain("AWS");
    expect(plan.flows.egress).toEqual([{ peer: "anywhere", port: 443 }]);
  });

  test("with several nodes the key comes first, too", () => {
    const [, , script] = managedElasticsearchPlan(withSnapshots({}, { nodes: 3 })).container.command as string[];
    expect(script).toMatch(/^\S+elasticsearch-keystore add .* && case "\$HOSTNAME" in /);
  });

  test("with a role: the pod's token for Amazon, linked where Elasticsearch reads it, and no key anywhere", () => {
    const plan = managedElasticsearchPlan(withSnapshots({ roleArn }));
    expect(JSON.stringify(plan)).not.toMatch(/s3-key|keystore/);
    const env = Object.fromEntries((plan.container.env as Loose[]).map(({ name, value }) => [name as string, value]));
    expect(env).toMatchObject({ AWS_ROLE_ARN: roleArn, AWS_REGION: "eu-central-1" });
    const volume = loose(plan.volumes).find(({ name }: Loose) => name === "aws-token") as Loose;
    expect(volume.projected.sources[0].serviceAccountToken.audience).toBe("sts.amazonaws.com");
    // The link is really made, twice: a container may start again in its pod.
    const home = mkdtempSync(join(tmpdir(), "order-tracing-link-"));
    mkdirSync(join(home, "config"));
    const script = `${beforeStart(withSnapshots({ roleArn }).settings, home)}true`;
    for (let times = 0; times < 2; times++) execFileSync("/bin/sh", ["-c", script]);
    const link = join(home, "config/repository-s3/aws-web-identity-token-file");
    expect(readlinkSync(link)).toBe(env["AWS_WEB_IDENTITY_TOKEN_FILE"]);
    rmSync(home, { recursive: true });
  });

  test("a key that is not there keeps the node from starting, instead of letting it start without", () => {
    const home = mkdtempSync(join(tmpdir(), "order-tracing-key-"));
    for (const folder of ["bin", "config"]) mkdirSync(join(home, folder));
    writeFileSync(join(home, "bin/elasticsearch-keystore"), `#!/bin/sh\ncat > ${home}/got\n`);
    chmodSync(join(home, "bin/elasticsearch-keystore"), 0o755);
    const start = () => execFileSync("/bin/sh", ["-c", `${beforeStart(withSnapshots().settings, home)}true`]);
    const quiet = () => execFileSync("/bin/sh", ["-c", `(${beforeStart(withSnapshots().settings, home)}true) 2>&1`]);
    expect(quiet).toThrow();
    writeFileSync(join(home, "config/s3-key"), "name\nsecret\n");
    start();
    expect(readFileSync(join(home, "got"), "utf8")).toBe("name\nsecret\n");
    rmSync(home, { recursive: true });
  });

  test("another S3 store is reached by its address, with TLS, and only there", () => {
    const other = withSnapshots({ endpoint: "https://s3.example:9000", ranges: ["10.30.0.0/24"] });
    expect(configOf(other, "elasticsearch.yml")).toMatchObject({
      "s3.client.default.endpoint": "https://s3.example:9000",
      "s3.client.default.path_style_access": true,
      "s3.client.default.region": "eu-central-1",
    });
    const flow = { peer: { ranges: ["10.30.0.0/24"] }, port: 9000 };
    expect(managedElasticsearchPlan(other).flows.egress).toEqual([flow]);
    expect(JSON.stringify(configOf(withSnapshots(), "elasticsearch.yml"))).not.toMatch(/default\.(endpoint|protocol)/);
  });

  test("the engine may make repositories and policies, and neither restores nor deletes a snapshot", () => {
    const { cluster } = (configOf(withSnapshots(), "roles.yml") as { provisioner: { cluster: string[] } }).provisioner;
    expect(cluster).toEqual(expect.arrayContaining(["create_snapshot", "manage_slm", "cluster:admin/repository/put"]));
    for (const one of cluster) expect(one).not.toMatch(/restore|snapshot\/|^all$|^manage$|repository\/\*/);
  });

  test("hold the stack's indices and no state of the cluster, encrypted, each stack in a folder of its own", () => {
    expect(snapshotPlan(withSnapshots())).toEqual({
      repository: {
        name: "tracing-test",
        s3: { bucket: "company-snapshots", basePath: "tracing/test", serverSideEncryption: true },
      },
      policy: {
        ...{ name: "tracing-test", repository: "tracing-test", schedule: "0 30 1 * * ?", expireAfter: "7d" },
        snapshotName: expect.stringMatching(/^<tracing-\{now/) as unknown,
        indices: ["*-jaeger-*", "test-tracing-audit-*"],
        ...{ includeGlobalState: false, featureStates: ["none"] },
      },
    });
  });

  test.each<[string, object, string]>([
    ["kept for longer than traces", { keepDays: 15 }, "is more than retentionDays, 14"],
    ["a schedule as cron has it", { schedule: "30 1 * * *" }, "with ? for one of the days"],
    ["one every minute", { schedule: "0 * * * * ?" }, "at most once an hour"],
    ["a plain address", { endpoint: "http://s3.example" }, "must be an https:// address"],
    ["a bucket in capitals", { bucket: "Company" }, "must be the name of a bucket"],
    ["a path with a slash", { basePath: "/tracing" }, "without a slash at its ends"],
    ["something else than a role", { roleArn: "tracing" }, "must be the ARN of a role"],
  ])("%s: refused", (_, changes, says) => {
    expect(() => settingsOf({ elasticsearch: { ...managed, snapshots: { ...least, ...changes } } })).toThrow(says);
  });

  test("are refused where there are no lifecycles", () => {
    const elasticsearch = { ...managed, lifecycle: false, snapshots: least };
    expect(() => settingsOf({ elasticsearch })).toThrow("has none of snapshots either");
  });
});
