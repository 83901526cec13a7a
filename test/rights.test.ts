import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import { routeApis } from "../review/check/needs.ts";
import { neighbourKinds } from "../review/drift/neighbour-kinds.ts";

const root = join(import.meta.dirname, "..");
const stacks = ["local", "dev", "prod"];

interface Resource {
  type: string;
  inputs?: Record<string, unknown> & { metadata?: { namespace?: string; name?: string } };
}

const graphs = new Map(
  stacks.map((stack) => {
    const text = readFileSync(join(root, `test/graph/${stack}.yaml`), "utf8");
    return [stack, Object.values(load(text) as Record<string, Resource>)];
  }),
);
const graphOf = (stack: string) => graphs.get(stack)!;

describe("Kubernetes", () => {
  interface Role {
    kind: string;
    metadata: { name: string; namespace?: string };
    rules?: { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[];
  }
  const guide = (file: string) => loadAll(readFileSync(join(root, "docs/guides", file), "utf8")) as Role[];
  /** By group and plural, the verbs. */
  const rightsOf = (objects: readonly Role[]) =>
    new Map(
      objects.flatMap(({ rules = [] }) =>
        rules.flatMap(({ apiGroups, resources, verbs }) =>
          apiGroups.flatMap((group) =>
            resources.map((resource): [string, string[]] => [`${group}/${resource}`, verbs]),
          ),
        ),
      ),
    );
  const own = guide("deployer-kubernetes-namespace.yaml");
  const inNamespace = rightsOf(own.filter(({ kind }) => kind === "Role"));
  const ofServices = rightsOf(
    guide("deployer-kubernetes-rights.yaml").filter(({ metadata }) => metadata.name === "tracing-deployer-services"),
  );

  const resourceOf = (apiVersion: string, kind: string) => {
    const group = apiVersion.includes("/") ? apiVersion.split("/")[0]! : "";
    const plural = kind.toLowerCase().replace(/y$/, "ie").replace(/s$/, "se");
    return `${group}/${plural}s`;
  };
  const ofType = (type: string) => {
    const [, apiVersion = "", kind = ""] = type.split(":");
    return resourceOf(apiVersion.replace(/^core\//, ""), kind.replace(/Patch$/, ""));
  };
  const kubernetes = (stack: string) => graphOf(stack).filter(({ type }) => /^kubernetes:.*\/v\d/.test(type));
  const ownNamespace = (stack: string) =>
    kubernetes(stack).find(({ type }) => type.endsWith(":Namespace"))!.inputs!.metadata!.name!;
  const isOwn = (stack: string) => {
    const namespace = ownNamespace(stack);
    return ({ inputs }: Resource) => inputs?.metadata?.namespace === namespace;
  };

  test.each(stacks)("whoever deploys %s may make, read, change and delete all that it makes in its namespace", (stack) => {
    const made = kubernetes(stack).filter(isOwn(stack));
    expect(made.length).toBeGreaterThan(50);
    for (const { type } of made) {
      const verbs = ["get", "create", "patch", ...(type.endsWith(":PersistentVolumeClaim") ? [] : ["delete"])];
      expect([type, inNamespace.get(ofType(type))]).toEqual([type, expect.arrayContaining(verbs)]);
    }
  });

  test.each(stacks)("of %s, elsewhere there is only what the rights among services are for", (stack) => {
    const own = isOwn(stack);
    const elsewhere = kubernetes(stack).filter((one) => !own(one));
    for (const { type, inputs } of elsewhere) {
      if (inputs?.metadata?.namespace === undefined) expect(type).toBe("kubernetes:core/v1:Namespace");
      else if (type.endsWith("Patch"))
        expect([type, ofServices.get(ofType(type))]).toEqual([type, expect.arrayContaining(["get", "patch"])]);
      else
        expect([type, ofServices.get(ofType(type))]).toEqual([
          type,
          expect.arrayContaining(["get", "create", "patch", "delete"]),
        ]);
    }
  });

  test("in its namespace it may read what drift asks for", () => {
    for (const { apiVersion, kind } of neighbourKinds)
      expect([kind, inNamespace.get(resourceOf(apiVersion, kind))]).toEqual([kind, expect.arrayContaining(["list"])]);
  });

  test("no right in its namespace is there for nothing", () => {
    const made = stacks.flatMap((stack) => kubernetes(stack).filter(isOwn(stack)).map(({ type }) => ofType(type)));
    const routes = Object.values(routeApis).flatMap(({ group, version, kinds }) =>
      kinds.map((kind) => resourceOf(`${group}/${version}`, kind)),
    );
    const looked = neighbourKinds.map(({ apiVersion, kind }) => resourceOf(apiVersion, kind));
    // The provider waits by these; that it does, `npm run local:rights` sees.
    const waited = ["/endpoints", "/events", "/pods", "apps/replicasets"];
    for (const [resource, verbs] of inNamespace) {
      if ([...made, ...routes].includes(resource)) continue;
      expect([resource, [...looked, ...waited].includes(resource)]).toEqual([resource, true]);
      expect([resource, verbs.filter((verb) => !["list", "watch"].includes(verb))]).toEqual([resource, []]);
    }
  });

  test("in the cluster it is about one namespace, by its name", () => {
    const rules = own.filter(({ kind }) => kind === "ClusterRole").flatMap((role) => role.rules ?? []);
    expect(rules.length).toBeGreaterThan(0);
    for (const { resources, resourceNames } of rules)
      expect([resources, resourceNames]).toEqual([["namespaces"], ["NAMESPACE"]]);
  });

  test("no Secret is in a rule, no way into a pod, and nothing by which rights are given", () => {
    for (const [resource, verbs] of inNamespace) {
      expect(resource).not.toMatch(/[*]|secrets|pods\/|serviceaccounts\/|deployments\//);
      if (resource.startsWith("rbac.") || resource === "/pods") expect(verbs).not.toContain("create");
      expect(verbs.join()).not.toMatch(/[*]|escalate|bind|impersonate|update|deletecollection/);
    }
  });

  test("the namespace is there first, with the label by which the stack knows it for its own", () => {
    const [namespace] = own;
    expect(namespace).toMatchObject({
      kind: "Namespace",
      metadata: { name: "NAMESPACE", labels: { "app.kubernetes.io/part-of": "order-tracing" } },
    });
  });
});
