import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import { refuseAmbiguousName } from "../config/stack-name.ts";
import {
  elasticsearchName,
  frontEndName,
  gatewayName,
  jaegerCollectorName,
  jaegerQueryName,
  samplerName,
} from "../lib/names.ts";
import { messageOf } from "./config/fixtures.ts";
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

  test.each(stacks)(
    "whoever deploys %s may make, read, change and delete all that it makes in its namespace",
    (stack) => {
      const made = kubernetes(stack).filter(isOwn(stack));
      expect(made.length).toBeGreaterThan(50);
      for (const { type } of made) {
        const verbs = ["get", "create", "patch", ...(type.endsWith(":PersistentVolumeClaim") ? [] : ["delete"])];
        expect([type, inNamespace.get(ofType(type))]).toEqual([type, expect.arrayContaining(verbs)]);
      }
    },
  );

  test.each(stacks)("of %s, elsewhere there is only what the rights among services are for", (stack) => {
    const own = isOwn(stack);
    const elsewhere = kubernetes(stack).filter((one) => !own(one));
    // The namespace itself, and the wiring of each service.
    expect(elsewhere.length).toBeGreaterThan(6);
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
    const made = stacks.flatMap((stack) =>
      kubernetes(stack)
        .filter(isOwn(stack))
        .map(({ type }) => ofType(type)),
    );
    const routes = Object.values(routeApis).flatMap(({ group, version, kinds }) =>
      kinds.map((kind) => resourceOf(`${group}/${version}`, kind)),
    );
    const looked = [
      ...neighbourKinds.map(({ apiVersion, kind }) => resourceOf(apiVersion, kind)),
      ...["/resourcequotas", "/limitranges"],
    ];
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

  describe("what RBAC has no words for", () => {
    interface Limit {
      kind: string;
      metadata: { name: string };
      spec: {
        policyName?: string;
        validationActions?: string[];
        failurePolicy?: string;
        matchConditions?: { expression: string }[];
        matchConstraints?: { resourceRules: { operations: string[]; resources: string[] }[] };
      };
    }
    const limits = loadAll(readFileSync(join(root, "docs/guides/deployer-kubernetes-limits.yaml"), "utf8")) as Limit[];
    const policies = limits.filter(({ kind }) => kind === "ValidatingAdmissionPolicy");

    test("is refused: rights that amount to more than a run does with them have a limit each", () => {
      const limited = policies.flatMap(({ spec }) =>
        spec.matchConstraints!.resourceRules.map(({ operations, resources }) =>
          [...resources, ...operations].join(" "),
        ),
      );
      expect(limited).toEqual(["pods CREATE", "namespaces UPDATE"]);
      expect(ofServices.get("/pods")).toContain("create");
    });

    test("each is in force, for the deployer alone, and where it cannot be asked, too", () => {
      for (const { metadata, spec } of policies) {
        expect(spec.failurePolicy).toBe("Fail");
        expect(spec.matchConditions!.map(({ expression }) => expression)).toEqual([
          'request.userInfo.username == "DEPLOYER"',
        ]);
        const binding = limits.find((one) => one.spec.policyName === metadata.name);
        expect(binding?.spec.validationActions).toEqual(["Deny"]);
      }
    });
  });

  test("the namespace is there first, with the label by which the stack knows it for its own", () => {
    const [namespace] = own;
    expect(namespace).toMatchObject({
      kind: "Namespace",
      metadata: { name: "NAMESPACE", labels: { "app.kubernetes.io/part-of": "order-tracing" } },
    });
  });
});

describe("Vault", () => {
  const text = readFileSync(join(root, "docs/guides/deployer-vault-policy.hcl"), "utf8");
  const rulesOf = (stack: string) =>
    [...text.matchAll(/^path "([^"]+)" \{\n {2}capabilities = (\[[^\]]+\])\n\}$/gm)].map(([, path, capabilities]) => ({
      path: path!.replaceAll("STACK", stack),
      capabilities: JSON.parse(capabilities!) as string[],
    }));
  const matches = (rule: string, path: string) =>
    rule.endsWith("*") ? path.startsWith(rule.slice(0, -1)) : rule === path;
  const policyOf = (stack: string, workload: string) => `sys/policies/acl/tracing-${stack}-${workload}`;

  /** Where the provider writes a resource. */
  const pathsOf: Record<string, (inputs: Record<string, string>) => string[]> = {
    Mount: ({ path }) => [`sys/mounts/${path}`, `sys/mounts/${path}/tune`],
    Policy: ({ name }) => [`sys/policies/acl/${name}`],
    AuthBackend: ({ path }) => [`sys/auth/${path}`, `sys/auth/${path}/tune`, `auth/${path}/config`],
    AuthBackendRole: ({ backend, roleName }) => [`auth/${backend}/role/${roleName}`],
    SecretBackendIntermediateCertRequest: ({ backend }) => [`${backend}/issuers/generate/intermediate/internal`],
    SecretBackendRootSignIntermediate: ({ backend }) => [`${backend}/root/sign-intermediate`],
    SecretBackendIntermediateSetSigned: ({ backend }) => [`${backend}/intermediate/set-signed`],
    SecretBackendConfigCa: ({ backend }) => [`${backend}/config/ca`],
    SecretBackendConfigIssuers: ({ backend }) => [`${backend}/config/issuers`],
    SecretBackendRole: ({ backend, name }) => [`${backend}/roles/${name}`],
    SecretBackendStaticRole: ({ backend, name }) => [`${backend}/static-roles/${name}`],
  };
  const written = (stack: string) =>
    graphOf(stack)
      .filter(({ type }) => type.startsWith("vault:"))
      .flatMap(({ type, inputs }) => pathsOf[type.split(":").at(-1)!]!(inputs as unknown as Record<string, string>));

  test.each(stacks)("whoever deploys %s may write each path that it writes, by one rule", (stack) => {
    const paths = written(stack);
    expect(paths.length).toBeGreaterThan(50);
    for (const path of paths) {
      const rules = rulesOf(stack).filter((rule) => matches(rule.path, path));
      expect([path, rules.length]).toEqual([path, 1]);
      expect([path, rules[0]!.capabilities]).toEqual([path, expect.arrayContaining(["update"])]);
    }
  });

  test("no rule is there for nothing", () => {
    const used = new Set(
      stacks.flatMap((stack) => {
        // No checked-in stack opens a front end.
        const paths = [...written(stack), policyOf(stack, frontEndName("internet-shop"))];
        return rulesOf(stack).flatMap(({ path }, index) => (paths.some((one) => matches(path, one)) ? [index] : []));
      }),
    );
    const others = rulesOf("dev").flatMap(({ path }, index) => (used.has(index) ? [] : [path]));
    expect(others).toEqual([
      "auth/token/lookup-self",
      "auth/token/renew-self",
      "secret/data/tracing/dev/elasticsearch/provisioner",
      "sys/capabilities-self",
      "tracing-dev-database/config/elasticsearch",
      "secret/metadata/tracing/dev/*",
    ]);
  });

  const workloads = [
    ...[elasticsearchName, gatewayName, samplerName, "audit"],
    ...["shop", "eu", "eu-audit", "x-jaeger-query-y"].flatMap((part) => [
      jaegerCollectorName(part),
      jaegerQueryName(part),
      frontEndName(part),
    ]),
  ];
  const names = [
    ...["prod", "prod-eu", "prod-eu-audit", "prod-jaeger", "prod-jaeger-query", "prod-otel", "prod-otel-front", "Prod"],
    ...["prod-audit", "prod-elasticsearch", "prod-jaeger-collector-eu", "prod-otel-front-end-shop", "jaeger-query-eu"],
    ...["prod-otel-gateway", "prod-jaeger-query-eu-elasticsearch", "prod-jaeger-query-x"],
  ];
  const usable = names.filter((name) => {
    try {
      refuseAmbiguousName(name, ["prod"]);
      return true;
    } catch {
      return false;
    }
  });

  test("nobody who deploys a stack may write a policy of another, whatever both are called", () => {
    expect(usable).toEqual(expect.arrayContaining(["prod", "prod-eu", "prod-audit", "prod-jaeger"]));
    const taken = usable.flatMap((stack) =>
      usable
        .filter((other) => other !== stack)
        .flatMap((other) => workloads.map((workload) => policyOf(other, workload)))
        // Vault does not tell capital letters in the names of policies.
        .filter((path) => rulesOf(stack).some((rule) => matches(rule.path.toLowerCase(), path.toLowerCase())))
        .map((path) => `${stack} may write ${path}`),
    );
    expect(taken).toEqual([]);
  });

  test.each([
    ["prod-jaeger-query-eu", [], "has jaeger-query in it", "write:   pulumi stack rename prod-eu"],
    ["prod-jaeger-collector", [], "has jaeger-collector in it", "write:   pulumi stack rename prod\n"],
    ["Prod", ["dev", "prod"], "The stacks Prod and prod differ in capital letters alone", "pulumi stack rename"],
  ])("a stack called %s is refused", (name, others, problem, way) => {
    const message = messageOf(() => refuseAmbiguousName(name, others));
    expect(message).toContain(problem);
    expect(`${message}\n`).toContain(way);
  });
});
