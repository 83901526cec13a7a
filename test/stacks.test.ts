import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workloadPlans } from "../components/workloads.ts";
import { renderGraph, type Registered } from "./mocks.ts";
import { makeGraph, stackContext, stackSettings } from "./support/stack-graph.ts";

/**
 * The resource graph of each stack, as its reviewers read it. After a wanted change: `npm run graph`, and read the diff.
 */
const stacks = ["local", "dev", "prod"];
/** The graphs of the checked-in stacks, each made once: a run of the program takes seconds. */
const graphs = new Map(stacks.map((stack) => [stack, onceOnly(() => makeGraph(stack))]));
const graphOf = (stack: string): Promise<readonly Registered[]> => graphs.get(stack)!();

function onceOnly<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

describe.each(stacks)("stack %s", (stack) => {
  test("registers the resources that are checked in", async () => {
    const graph = renderGraph(await graphOf(stack));
    const file = join(import.meta.dirname, "graph", `${stack}.yaml`);
    if (process.env["UPDATE_GRAPH"]) writeFileSync(file, graph);
    try {
      expect(existsSync(file) && readFileSync(file, "utf8")).toBe(graph);
    } catch (error) {
      const message = `Stack ${stack} registers other resources than ${file}. Wanted? npm run graph, and read its diff.`;
      throw new Error(`${message}\n${(error as Error).message}`, { cause: error });
    }
  });

  test("registers the same resources in a preview, where outputs are unknown", async () => {
    const names = (resources: readonly Registered[]) => resources.map(({ type, name }) => `${type} ${name}`);
    expect(names(await makeGraph(stack, { preview: true }))).toEqual(names(await graphOf(stack)));
  });
});

test.each(stacks)("stack %s lets nobody in without saying who: an empty list of peers is everybody", async (stack) => {
  const policies = (await graphOf(stack)).filter(({ type }) => type.endsWith(":NetworkPolicy"));
  const rules = policies.flatMap(({ inputs }) => (inputs["spec"] as { ingress?: { from?: object[] }[] }).ingress ?? []);
  expect(rules.length).toBeGreaterThan(0);
  for (const { from } of rules) expect(from?.length).toBeGreaterThan(0);
});

describe("in a namespace of its own", () => {
  const namespace = "elsewhere";
  const made = new Map(
    ["local", "prod"].map((stack) => {
      const cluster = { ...(stackSettings(stack)["cluster"] as object), namespace };
      const settings = { cluster, services: { "mes-api": { allowEgress: true } } };
      return [stack, onceOnly(() => makeGraph(stack, { settings }))];
    }),
  );
  const elsewhere = (stack: string) => made.get(stack)!();
  /** Where the word is, and is no namespace: names that carry the stack's, attributes, files in containers, titles. */
  const otherwise = new RegExp(
    [
      String.raw`order-tracing\b`,
      String.raw`\btracing-(local|prod|internal|rules|dashboard|gateway|devops|proof|support)\b`,
      String.raw`\btracing-(pipeline|services|order|objectives)[.]json`,
      String.raw`\btracing[.@](group|subject|peer|pod|store|step|claimed_name|sender|own_trace_id)\b`,
      String.raw`\^[(][?]:tracing[|]`,
      String.raw`/secrets/tracing\b`,
      String.raw`secret/data/tracing/(local|prod)\b`,
      String.raw`enable_tracing\b`,
      String.raw`-tracing-audit\b`,
      String.raw`cluster.name: tracing\b`,
      String.raw`the tracing stack\b`,
      String.raw`\btags\W+tracing\b`,
      String.raw`client_id\W+tracing\b`,
    ].join("|"),
    "g",
  );

  test.each(["local", "prod"])("stack %s says the default one in no input of a resource", async (stack) => {
    const graph = await elsewhere(stack);
    expect(graph.length).toBe((await graphOf(stack)).length + 1);
    for (const { name, inputs } of graph) {
      const left = JSON.stringify(inputs).replaceAll(otherwise, "");
      expect([name, /.{0,60}\btracing\b.{0,60}/.exec(left)?.[0]]).toEqual([name, undefined]);
    }
  });

  test("names what stands among others by it: a stack beside it has no object of the same name", async () => {
    const keys = (graph: readonly Registered[]) =>
      graph.flatMap(({ type, inputs }) => {
        const { name, namespace: where = "" } = (inputs["metadata"] ?? {}) as { name?: string; namespace?: string };
        // A patch is of somebody else's object: two stacks that trace it are told apart by their field managers.
        return name === undefined || type.endsWith("Patch") ? [] : [`${type} ${where}/${name}`];
      });
    const beside = new Set(keys(await graphOf("local")));
    expect(keys(await elsewhere("local")).filter((key) => beside.has(key))).toEqual([]);
    const managers = (graph: readonly Registered[]) =>
      graph.flatMap(({ type, inputs }) => {
        const { annotations } = (inputs["metadata"] ?? {}) as { annotations?: Record<string, string> };
        return type.endsWith("Patch") ? [annotations?.["pulumi.com/patchFieldManager"]] : [];
      });
    expect(managers(await elsewhere("local")).sort()).toEqual(
      ["crm-api", "mes-api", "shop-api"].map((id) => `${namespace}-${id}`),
    );
  });
});

test("labels and annotations of the company are on all that the stack makes in Kubernetes, and on nothing of others", async () => {
  const objects = {
    labels: { "example.com/cost-centre": "4711", "app.kubernetes.io/managed-by": "platform" },
    annotations: { "example.com/contact": "platform@company.example" },
  };
  const services = { "mes-api": { allowEgress: true } };
  const made = (await makeGraph("prod", { settings: { objects, services } })).filter(({ type }) =>
    /^kubernetes:.*\/v1/.test(type),
  );
  expect(made.length).toBeGreaterThan(50);
  for (const { name, type, inputs } of made) {
    if (type.endsWith("Patch")) {
      expect(JSON.stringify(inputs)).not.toMatch(/example[.]com[/]|managed-by/);
      continue;
    }
    expect([name, inputs["metadata"]]).toMatchObject([name, objects]);
    const { template } = (inputs["spec"] ?? {}) as { template?: { metadata: object } };
    if (template) expect([name, template.metadata]).toMatchObject([name, objects]);
  }
});

test.each(stacks)("stack %s runs the programs that a look before an up plans with, and no others", async (stack) => {
  const programs = (await graphOf(stack)).flatMap(({ type, inputs }) =>
    /:(Deployment|StatefulSet|DaemonSet)$/.test(type) ? [(inputs["metadata"] as { name: string }).name] : [],
  );
  const planned = workloadPlans(stackContext(stack)).map(({ workload }) => workload);
  expect(planned.sort()).toEqual(programs.sort());
});

test("a child's name begins with its parent's", async () => {
  for (const { parents, name } of await graphOf("local")) {
    if (parents.length > 0) expect(name.startsWith(`${parents.at(-1)!}-`)).toBe(true);
  }
});

test("another address of the store changes who connects to it, and nothing that is in it but the roles' note of it", async () => {
  const elasticsearch = stackSettings("prod")["elasticsearch"] as { endpoints: string[] };
  const endpoints = [...elasticsearch.endpoints, "https://elasticsearch-2.company.example:9201"];
  const changed = await makeGraph("prod", { settings: { elasticsearch: { ...elasticsearch, endpoints } } });
  const before = new Map((await graphOf("prod")).map(({ type, name, inputs }) => [`${type} ${name}`, inputs]));
  expect(changed).toHaveLength(before.size);
  const different = changed.filter(({ type, name, inputs }) => {
    return JSON.stringify(inputs) !== JSON.stringify(before.get(`${type} ${name}`));
  });
  expect([...new Set(different.map(({ type }) => type.split(":").at(-1)))].sort()).toEqual([
    ...["ConfigMap", "Deployment", "ElasticsearchSecurityRole", "NetworkPolicy", "elasticstack"],
  ]);
  for (const { name, inputs } of different.filter(({ type }) => type.endsWith("Role"))) {
    const { metadata, ...same } = inputs as { metadata: string };
    const old = before.get(`elasticstack:index/elasticsearchSecurityRole:ElasticsearchSecurityRole ${name}`);
    expect(old).toMatchObject(same);
    expect(JSON.parse(metadata)).toMatchObject({ store: endpoints.join(" ") });
  }
  const policies = different.filter(({ type }) => type.endsWith(":NetworkPolicy"));
  for (const { inputs } of policies) {
    const { egress } = inputs["spec"] as { egress: { ports: { port: number }[] }[] };
    expect(egress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual(expect.arrayContaining([9200, 9201]));
  }
});

test("snapshots are a repository and a policy after it; without them nothing of the kind is registered", async () => {
  const snapshots = { bucket: "company-snapshots", region: "eu-central-1" };
  const elasticsearch = { ...(stackSettings("dev")["elasticsearch"] as object), snapshots };
  const before = await graphOf("dev");
  const changed = await makeGraph("dev", { settings: { elasticsearch } });
  const known = new Set(before.map(({ name }) => name));
  const added = changed.filter(({ name }) => !known.has(name));
  expect(added.map(({ name }) => name)).toEqual(["trace-store-snapshot-lifecycle", "trace-store-snapshot-repository"]);
  expect(added[0]!.dependsOn.join()).toContain("trace-store-snapshot-repository");
  expect(JSON.stringify(changed.map(({ inputs }) => inputs))).not.toMatch(/secret_key"|access_key"/);
});

test("a service that is switched off leaves nothing behind: no wiring, no sender, no required edge", async () => {
  const resources = await makeGraph("local", { settings: { services: { "mes-api": { enabled: false } } } });
  expect(resources.some(({ name }) => name.includes("mes-api"))).toBe(false);
  const gateway = resources.find(({ name }) => name === "otel-gateway-network-policy")!;
  expect(JSON.stringify(gateway.inputs)).not.toContain('"mes"');
  // Its group keeps its store and its view: traces of yesterday stay readable.
  expect(resources.some(({ name }) => name === "jaeger-query-mes")).toBe(true);
});

test("a service is patched as the kind of workload that it is, after its policy lets it out to the gateway", async () => {
  const services = { "mes-api": { workload: "StatefulSet", allowEgress: true }, "crm-api": { workload: "DaemonSet" } };
  const resources = await makeGraph("local", { settings: { services } });
  const kinds = resources.flatMap(({ type, name }) => (name.endsWith("-patch") ? [`${name} ${type}`] : []));
  expect(kinds.sort()).toEqual([
    "wiring-crm-api-patch kubernetes:apps/v1:DaemonSetPatch",
    "wiring-mes-api-patch kubernetes:apps/v1:StatefulSetPatch",
    "wiring-shop-api-patch kubernetes:apps/v1:DeploymentPatch",
  ]);
  const egress = resources.filter(({ name }) => name.endsWith("-egress"));
  expect(egress).toMatchObject([{ name: "wiring-mes-api-egress", inputs: { metadata: { namespace: "mes" } } }]);
  const patch = resources.find(({ name }) => name === "wiring-mes-api-patch")!;
  expect(patch.dependsOn.join()).toContain("wiring-mes-api-egress");
});
