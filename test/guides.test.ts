import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import { parsePolicy } from "../review/check/vault/policy.ts";

const root = join(import.meta.dirname, "..");
const guide = (file: string): string => readFileSync(join(root, "docs/guides", file), "utf8");

const rules = (file: string) => parsePolicy(guide(file));

describe("rights of a deployer", () => {
  test("the role of the guide is the one that a managed Elasticsearch gives to the run", () => {
    const graph = load(readFileSync(join(root, "test/graph/local.yaml"), "utf8")) as Record<
      string,
      { inputs: unknown }
    >;
    const config = Object.values(graph)
      .map(({ inputs }) => (inputs as { data?: Record<string, string> } | undefined)?.data?.["roles.yml"])
      .find((text) => text !== undefined);
    const { provisioner } = load(config!) as Record<string, unknown>;
    expect(JSON.parse(guide("deployer-elasticsearch-role.json"))).toEqual(provisioner);
  });

  test.each(["deployer-vault-policy.hcl", "bootstrap-vault-policy.hcl"])(
    "%s names the stack in every path of its own",
    (file) => {
      const own = ["auth/token/lookup-self", "auth/token/renew-self", "sys/capabilities-self"];
      const shared = [...own, "pki/root/sign-intermediate"];
      expect(rules(file)).toHaveLength(guide(file).split('path "').length - 1);
      for (const { path } of rules(file)) expect(shared.includes(path) || path.includes("STACK")).toBe(true);
    },
  );

  test("neither reads passwords of the database engine, makes tokens, or overwrites first secrets", () => {
    const all = [...rules("deployer-vault-policy.hcl"), ...rules("bootstrap-vault-policy.hcl")];
    expect(all.filter(({ path }) => /static-creds|token\/create|\/creds\//.test(path))).toEqual([]);
    const kv = all.filter(({ path }) => path.startsWith("secret/"));
    expect(kv.flatMap(({ capabilities }) => capabilities)).not.toContain("update");
  });

  test("in Kubernetes no Secret is read, and to talk to pods is a role of its own, which can be left out", () => {
    const objects = loadAll(guide("deployer-kubernetes-rights.yaml")) as {
      metadata: { name: string };
      rules?: { resources: string[]; verbs: string[] }[];
    }[];
    const granted = objects.flatMap(({ metadata, rules = [] }) =>
      rules.flatMap(({ resources }) => resources.map((resource) => ({ role: metadata.name, resource }))),
    );
    expect(granted.filter(({ resource }) => /secrets|exec|attach|proxy|[*]/.test(resource))).toEqual([]);
    const ports = granted.filter(({ role }) => role === "tracing-deployer-ports");
    expect(ports).toEqual([{ role: "tracing-deployer-ports", resource: "pods/portforward" }]);
    expect(granted.filter(({ resource }) => resource === "pods/portforward")).toEqual(ports);
  });
});

describe("commands of the guides", () => {
  const folders = ["docs/guides", "docs/decisions", "."];
  const documents = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith(".md"))
      .map((file) => ({ file: join(folder, file), text: readFileSync(join(root, folder, file), "utf8") })),
  );
  const graphs = ["local", "prod"].map((stack) => readFileSync(join(root, `test/graph/${stack}.yaml`), "utf8"));
  /** Whatever is called so, in a stack's pods or in those that it wires. */
  const names = new Set(
    graphs.flatMap((text) => [...text.matchAll(/^ *-? *name: ([\w-]+)$/gm)].map(([, name]) => name)),
  );
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };

  test.each(documents.map(({ file, text }) => [file, text] as const))(
    "%s names containers and scripts that there are",
    (_, text) => {
      const containers = [...text.matchAll(/(?:logs|exec) [^\n`|]*? -c ([\w-]+)/g)].map(([, name]) => name);
      expect(containers.filter((name) => !names.has(name))).toEqual([]);
      const run = [...text.matchAll(/npm run (?:--silent )?([a-z][\w-]*(?::[a-z][\w-]*)?)(?![\w:-])/g)].map(
        ([, name]) => name!,
      );
      expect(run.filter((name) => !(name in scripts))).toEqual([]);
    },
  );

  test("are found at all", () => {
    const all = documents.map(({ text }) => text).join("\n");
    expect(all).toMatch(/logs [^\n]*-c otel-agent/);
    expect(documents.length).toBeGreaterThan(50);
  });
});
