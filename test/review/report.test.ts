import { notAsPlanned } from "../../review/engine/plan.ts";
import { readRun } from "../../review/engine/steps.ts";
import { reportSections, verdictOf, type Preview } from "../../review/report/report.ts";
import { commentLimit, fitted } from "../../review/report/section.ts";
import { recorded, recordedRun, run, step } from "./events.ts";

const plain: Preview = {
  stack: "dev",
  run: run([]),
  exitCode: 0,
  policies: true,
  load: ({ length }) => ({
    tracesPerSecond: 25 * length,
    spansPerSecond: 100 * length,
    bytesPerSecond: 50_000 * length,
  }),
};

const report = (changes: Partial<Preview>, limit = commentLimit): string =>
  fitted(reportSections({ ...plain, ...changes }), limit, "[The whole report](https://ci.example/1).");

describe("a recorded preview of another share of traces", () => {
  const text = report({ run: recordedRun("sampling") });

  test("says the verdict and the counts first", () => {
    expect(text).toMatch(
      /^<!-- order-tracing preview of dev -->\n\n## Tracing in `dev`: ✅ accepted by the policies\n\n\*\*2 changed\*\*/,
    );
  });
  test("says what it means: the one sampler is away", () => {
    expect(text).toMatch(
      /\*\*Is away for a while\*\*\n\n- `otel-sampler`: has a new configuration: away for about 2 minutes/,
    );
  });
  test("shows the estimate before and after", () =>
    expect(text).toContain("| Kept of ordinary traces | 100 % | **20 %** |"));
  test("shows the configuration by its own lines, below the keys that they are in", () => {
    expect(text).toMatch(/# data\."config\.yaml"\n@@ line \d+, in processors › tail_sampling › policies @@/);
    expect(text).toMatch(/^\+ .*sampling_percentage: 20$/m);
  });
  test("takes a checksum for no news", () => expect(text).not.toContain("config-checksum"));
  test("takes a provider whose settings are the same for no change", () =>
    expect(text).not.toContain("kubernetes kubernetes"));
});

test("a recorded preview of a service that is switched off says that its pods restart, and what goes", () => {
  const text = report({ run: recordedRun("service-off") });
  expect(text).toMatch(/\*\*2 deleted\*\*, \*\*3 changed\*\*/);
  expect(text).toContain("- `mes/mes-api`: is not traced any more: its pods are replaced");
  expect(text).toContain("- `ConfigMap otel-agent-mes-api`: is deleted");
  // One rule of the NetworkPolicy goes: the other ones are not shown as if they did.
  expect(text).toMatch(/^- .*kubernetes\.io\/metadata\.name: mes$/m);
  expect(text).not.toMatch(/^[+-] .*kubernetes\.io\/metadata\.name: shop$/m);
});

describe("the verdict", () => {
  const finding = {
    policy: "exposure-route-tls",
    severity: "critical",
    message: "spec.tls: does not hold jaeger.example",
    resource: { urn: "urn", name: "jaeger" },
  };
  test.each([
    ["accepted", {}],
    ["unchecked", { policies: false }],
    ["failed", { exitCode: 255 }],
    ["failed", { run: run([], { errors: ["Vault says no"] }) }],
    ["refused", { exitCode: 255, run: run([], { findings: [{ ...finding, level: "mandatory" }] }) }],
    ["accepted", { run: run([], { findings: [{ ...finding, level: "advisory" }] }) }],
  ] as const)("%s", (verdict, changes) => {
    expect(verdictOf({ ...plain, ...changes })).toBe(verdict);
  });
  test("a refusal names resource, policy and what to do", () => {
    const text = report({ exitCode: 255, run: run([], { findings: [{ ...finding, level: "mandatory" }] }) });
    expect(text).toContain("- **critical** `jaeger`: spec.tls: does not hold jaeger.example (`exposure-route-tls`)");
    expect(text).toContain("docs/policies.md");
  });
  test("a preview that failed shows the error", () =>
    expect(report({ exitCode: 255, run: run([], { errors: ["Vault says <no>"] }) })).toContain(
      "<pre>Vault says &lt;no&gt;</pre>",
    ));
});

test("a volume that grows is in the estimate, and it is of the store", () => {
  const claim = (gib: number) => ({
    metadata: { name: "data-elasticsearch-0", namespace: "tracing" },
    spec: { resources: { requests: { storage: `${gib}Gi` } } },
  });
  const text = report({ run: run([step("kubernetes:core/v1:PersistentVolumeClaim", claim(2), claim(4))]) });
  expect(text).toContain("| Volumes of the stack | 2 GiB | **4 GiB** |");
});

test("a service more is in the estimate of what is stored", () => {
  const config = "processors: {tail_sampling: {policies: [{name: share, probabilistic: {sampling_percentage: 100}}]}}";
  const sampler = { metadata: { name: "otel-sampler-config" }, data: { "config.yaml": config } };
  const wiring = (id: string, before: object | undefined) =>
    step(
      "kubernetes:apps/v1:DeploymentPatch",
      before as never,
      { metadata: { name: id } },
      { components: [`wiring-${id}`] },
    );
  const text = report({
    run: run([
      step("kubernetes:core/v1:ConfigMap", sampler, sampler, { operation: "same" }),
      wiring("shop-api", { metadata: {} }),
      wiring("billing-api", undefined),
    ]),
  });
  const [, before, after] = /Stored traces, each day [^|]*\| ([\d.]+) GiB \| \*\*([\d.]+) GiB\*\*/.exec(text) ?? [];
  expect(Number(after) / Number(before)).toBeCloseTo(2, 1);
});

test("a dashboard's panels are named, and those that only move say so", () => {
  const panel = (title: string, y: number) => ({
    title,
    type: "stat",
    targets: [{ expr: `up{job="${title}"}` }],
    gridPos: { y },
  });
  const dashboard = (...panels: object[]) => ({ data: { "one.json": JSON.stringify({ title: "One", panels }) } });
  const text = report({
    run: run([
      step("kubernetes:core/v1:ConfigMap", dashboard(panel("crm", 0)), dashboard(panel("billing", 0), panel("crm", 4))),
    ]),
  });
  expect(text).toMatch(/^\+ .*panels\[billing\]:\n\+ {5}title: billing\n\+ {5}queries:\n\+ .*up\{job="billing"\}/m);
  expect(text).toMatch(/^ {2}.*panels\[crm\]: moved$/m);
  expect(text).not.toContain("gridPos");
});

test("components that change alike stand together, others do not", () => {
  const image = (component: string, before: string, after: string) =>
    step(
      "kubernetes:apps/v1:Deployment",
      { metadata: { name: component }, image: before },
      { metadata: { name: component }, image: after },
      { components: [component], name: `${component}-deployment`, urn: component },
    );
  const text = report({
    run: run([image("jaeger-crm", "2.13", "2.20"), image("jaeger-shop", "2.13", "2.20"), image("sampler", "1", "2")]),
  });
  expect(text).toContain("<b>jaeger-crm</b>, <b>jaeger-shop</b>: 1 changed each, alike; here jaeger-crm");
  expect([...text.matchAll(/^\+ .*2\.20/gm)]).toHaveLength(1);
  expect(text).toContain("<b>sampler</b>: 1 changed<");
});

test("an error says what the cluster said, and not what was cut off by it", () => {
  const errors = [
    'Preview failed: before hook "would-be-taken" failed: the cluster would refuse',
    "x: context canceled",
  ];
  expect(report({ exitCode: 255, run: run([], { errors }) })).toMatch(
    /### Errors\n\n<pre>the cluster would refuse<\/pre>\n$/,
  );
});

test("what a plan does not allow is named, without the whole objects that the engine prints", () => {
  const urn =
    "urn:pulumi:local::order-tracing::tracing:collector:Sampler$kubernetes:core/v1:ConfigMap::otel-sampler-config";
  const error = `resource ${urn} violates plan: properties changed: ~~data[{map[config.yaml:{connectors:\n`;
  expect(notAsPlanned([error, error, "the cluster is away"])).toEqual(["otel-sampler-config"]);
});

test("policy findings are read from the log, without the engine's colours", () => {
  const policyEvent = {
    resourceUrn: "urn:pulumi:dev::order-tracing::kubernetes:core/v1:Service::s",
    message: "<{%fg 1%}>No Service opens a port on the nodes.\nspec.type: NodePort<{%reset%}>\n",
    color: "raw",
    policyName: "exposure-node-port",
    policyPackName: "tracing",
    policyPackVersion: "1",
    policyPackVersionTag: "1",
    enforcementLevel: "mandatory" as const,
    severity: "high",
  };
  expect(readRun([{ sequence: 1, timestamp: 1, policyEvent }]).findings).toEqual([
    {
      policy: "exposure-node-port",
      level: "mandatory",
      severity: "high",
      message: "spec.type: NodePort",
      resource: { urn: policyEvent.resourceUrn, name: "s" },
    },
  ]);
});

test("half a preview does not pass for a small one", () => {
  const half = recorded("sampling").filter(({ summaryEvent }) => !summaryEvent);
  expect(verdictOf({ ...plain, run: readRun(half) })).toBe("failed");
  expect(verdictOf({ ...plain, run: readRun([]) })).toBe("failed");
});

test("what nobody could judge is said", () => {
  const unjudged = {
    policy: "pack-unjudged",
    level: "advisory" as const,
    severity: undefined,
    message: "csr",
    resource: undefined,
  };
  const patch = step("kubernetes:apps/v1:DeploymentPatch", undefined, {
    metadata: { name: "shop-api", namespace: "shop" },
  });
  const text = report({ run: run([patch], { findings: [unjudged], warnings: ["the cluster is unreachable"] }) });
  expect(text).toMatch(
    /### What could not be judged\n\n- csr\n- `deploymentpatch`: whether the workload takes the patch/,
  );
  expect(text).toContain("The engine warns: the cluster is unreachable");
  expect(report({ policies: false })).toContain("switched off with `--no-policies`");
});

describe("no secret is in a report", () => {
  const secrets = {
    env: [{ name: "DB_PASSWORD", value: "correct-horse" }],
    password: "correct-horse",
    url: "postgres://shop:correct-horse@db/shop",
    config: "auth:\n  password: correct-horse\n  user: shop\n",
    flow: "auth: {user: shop, password: correct-horse}",
    args: ["--user=shop", "--password=correct-horse"],
    script: ["sh", "-c", "PGPASSWORD='correct-horse' psql"],
    json: JSON.stringify({ token: "correct-horse" }),
    blinded: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "correct-horse" },
    key: "-----BEGIN PRIVATE KEY-----\ncorrect-horse\n-----END PRIVATE KEY-----",
  };
  test.each(Object.entries(secrets))("%s", (key, value) => {
    const type = "kubernetes:core/v1:ConfigMap";
    for (const steps of [
      [step(type, undefined, { [key]: value })],
      [step(type, { [key]: value }, undefined)],
      [step(type, { [key]: "before" }, { [key]: value })],
    ]) {
      const text = report({ run: run(steps) });
      expect(text).toContain("configmap");
      expect(text).not.toContain("correct-horse");
    }
  });
});

describe("a report that is too long", () => {
  const types = ["a", "b", "c"].map((name) => `kubernetes:core/v1:ConfigMap${name}`);
  const big = run(
    types.map((type, index) =>
      step(
        type,
        undefined,
        { data: `${`line of text ${index}\n`.repeat(200)}` },
        { components: [`part-${index}`], urn: `${type}::${index}` },
      ),
    ),
  );
  const text = report({ run: big }, 8_000);
  test("keeps to the limit", () => expect(text.length).toBeLessThanOrEqual(8_000));
  test("leaves out whole sections, names them and links to the rest", () =>
    expect(text).toMatch(
      /\*\*Not shown whole\*\*, for want of room: .*changes of part-2.*\[The whole report\]\(https:\/\/ci\.example\/1\)/,
    ));
  test("closes every fence and every fold", () => {
    expect([...text.matchAll(/^```/gm)].length % 2).toBe(0);
    expect([...text.matchAll(/<details>/g)]).toHaveLength([...text.matchAll(/<\/details>/g)].length);
  });
  test("is whole where there is room", () => expect(report({ run: big })).not.toContain("Not shown whole"));
});

test("text of a resource can neither close its fence nor mention anybody", () => {
  const text = report({
    run: run([step("kubernetes:core/v1:ConfigMap", undefined, { data: { f: "```\n@everybody <b>\n" } })], {
      warnings: ["@everybody"],
    }),
  });
  expect(text).toContain("````diff");
  expect(text).toContain("The engine warns: @\u200beverybody");
});

test("the recordings are those of a real engine, and small", () => {
  for (const name of ["sampling", "service-off"]) {
    expect(recorded(name).some(({ summaryEvent }) => summaryEvent)).toBe(true);
    expect(JSON.stringify(recorded(name)).length).toBeLessThan(100_000);
  }
});
