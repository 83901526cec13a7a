import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { faults, roots, type Schema } from "./schema.ts";

/** What each stack registers, against the fields of the oldest Kubernetes that the project takes. */

const { types } = JSON.parse(readFileSync(join(import.meta.dirname, "oldest.json"), "utf8")) as { types: Schema };

interface Resource {
  type: string;
  inputs?: Record<string, unknown>;
}

/** Kinds of others, whose schema is not Kubernetes'. */
const foreign = /^kubernetes:(monitoring\.coreos\.com|traefik\.io|gateway\.networking\.k8s\.io)\//;

test.each(["dev", "prod", "local"])("everything in the graph of %s is known to Kubernetes 1.29", (stack) => {
  const graph = load(readFileSync(join(import.meta.dirname, "../graph", `${stack}.yaml`), "utf8")) as Record<
    string,
    Resource
  >;
  const own = Object.entries(graph).filter(([, { type }]) => type.startsWith("kubernetes:") && !foreign.test(type));
  expect(own.length).toBeGreaterThan(50);
  const found = own.flatMap(([name, { type, inputs }]) => {
    const root = roots[type.slice("kubernetes:".length)];
    return root === undefined
      ? [`${name}: ${type} is no kind of the schema: add it to test/kubernetes/schema.ts`]
      : faults(types, `#${root}`, inputs).map((fault) => `${name}: ${fault}`);
  });
  expect(found).toEqual([]);
});

test("a field of a later Kubernetes is found, and a value of another type", () => {
  const deployment = (pod: object, spec: object = {}) =>
    faults(types, `#${roots["apps/v1:Deployment"]}`, { spec: { ...spec, template: { spec: pod } } });
  // Of 1.32, and of 1.34.
  expect(deployment({ resources: { requests: { cpu: "1" } } })).toEqual(["spec.template.spec.resources: is no field"]);
  expect(deployment({ containers: [{ name: "x", restartPolicyRules: [] }] })).toEqual([
    "spec.template.spec.containers.0.restartPolicyRules: is no field",
  ]);
  expect(deployment({}, { replicas: "2" })).toEqual(["spec.replicas: is a string, not a number"]);
  expect(deployment({ initContainers: [{ name: "x", restartPolicy: "Always" }] })).toEqual([]);
});
