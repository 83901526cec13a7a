import "../../support/without-sdks.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { readStack } from "../../../config/stack-file.ts";
import { judgeAccess } from "../../../review/check/rights/judge.ts";
import { neededAccess, type Access } from "../../../review/check/rights/needed.ts";
import { context, contextOf } from "../../support/context.ts";

const kinds = (access: readonly Access[]) => [...new Set(access.map(({ group, resource }) => `${group}/${resource}`))];

describe("what an up does", () => {
  test.each(["dev", "prod", "local"])(
    "of %s: to every kind of its graph, and by what the engine waits for",
    (stack) => {
      const graph = load(readFileSync(join(import.meta.dirname, `../../graph/${stack}.yaml`), "utf8")) as Record<
        string,
        { type: string; inputs?: { metadata?: { namespace?: string } } }
      >;
      const { settings, landscape } = readStack(stack);
      const { namespace } = settings.cluster;
      const made = Object.values(graph)
        .filter(({ inputs }) => inputs?.metadata?.namespace === namespace)
        .map(({ type }) => {
          const [, api = "", kind = ""] = type.split(":");
          const plural = `${kind.toLowerCase().replace(/y$/, "ie")}s`;
          return `${api.replace(/^core\//, "").replace(/\/?v\d\w*$/, "")}/${plural}`;
        });
      const waited = ["/endpoints", "/pods", "apps/replicasets"];
      const own = neededAccess({ ...context, stack, settings, landscape }).filter((one) => one.namespace === namespace);
      expect(kinds(own).sort()).toEqual([...new Set([...made, ...waited])].sort());
      expect(own.map(({ verb }) => verb)).not.toContain("delete");
    },
  );

  test("to a service: reads and patches its workload, by name, and makes what comes with it", () => {
    const access = (settings: object) =>
      neededAccess(contextOf({ services: { "shop-api": settings } }))
        .filter(({ namespace }) => namespace === "shop")
        .map(({ verb, group, resource, name = "any" }) => `${verb} ${group}/${resource} ${name}`);
    const config = (resource: string) => [
      `get ${resource} otel-agent-shop-api`,
      `create ${resource} any`,
      `patch ${resource} otel-agent-shop-api`,
    ];
    expect(access({ workload: "StatefulSet" })).toEqual([
      ...["get apps/statefulsets shop-api", "patch apps/statefulsets shop-api"],
      ...config("/configmaps"),
    ]);
    expect(access({ allowEgress: true })).toEqual(
      expect.arrayContaining(config("networking.k8s.io/networkpolicies")) as string[],
    );
  });
});

describe("what it may not", () => {
  const lacks = (namespace: string | undefined, resource: string, verb: string, group = ""): Access => ({
    ...(namespace && { namespace }),
    ...{ group, resource, verb, guide: namespace?.startsWith("shop") ? "services" : "own" },
  });
  const judged = (denied: Access[], isThere = true) =>
    judgeAccess(denied, "ci", { namespace: "tracing", isThere }).map(
      ({ level, text, write, blocks }) => `${blocks ? "not by this run" : level}: ${text}: ${write}`,
    );

  test("is nothing where nothing is denied", () => expect(judged([])).toEqual([]));

  test("is said by namespace, with the file to apply; namespaces that lack the same are one", () => {
    const denied = ["shop", "shop-b"].flatMap((namespace) => [
      lacks(namespace, "configmaps", "create"),
      lacks(namespace, "configmaps", "patch"),
      lacks(namespace, "deployments", "patch", "apps"),
    ]);
    expect(judged([...denied, lacks("shop-c", "configmaps", "create")])).toEqual([
      "not by this run: ci may not create and patch configmaps, nor patch deployments.apps in shop and shop-b: " +
        "sed 's/DEPLOYER/ci/; s/NAMESPACE/shop/' docs/guides/deployer-kubernetes-rights.yaml | kubectl apply --server-side --field-manager=platform -f -   # and so for each of them",
      "not by this run: ci may not create configmaps in shop-c: " +
        "sed 's/DEPLOYER/ci/; s/NAMESPACE/shop-c/' docs/guides/deployer-kubernetes-rights.yaml | kubectl apply --server-side --field-manager=platform -f -",
    ]);
  });

  test("of many kinds, some are named", () => {
    const denied = ["a", "b", "c", "d", "e", "f"].map((kind) => lacks("tracing", kind, "create"));
    expect(judged(denied)).toEqual([
      expect.stringContaining("may not create a, b, c, d and 2 more kinds in tracing") as string,
    ]);
  });

  test("in a namespace that is still to be made is a remark; that it may not make one is not", () => {
    const denied = [lacks(undefined, "namespaces", "create"), lacks("tracing", "services", "create")];
    expect(judged(denied, false)).toEqual([
      expect.stringMatching(
        /^not by this run: ci may not create namespaces: .*NAMESPACE\/tracing\/' docs\/guides\/deployer-kubernetes-namespace/,
      ) as string,
      expect.stringMatching(/^note: ci may not create services in tracing, which is not there yet/) as string,
    ]);
  });
});
