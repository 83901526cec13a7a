import { unreadOf } from "../core/unread.ts";

const said = (type: string, props: object) =>
  unreadOf({ urn: "urn", type, name: "x", props: { ...props }, unknown: [] }).map(
    ({ path, what }) => `${path}: ${what}`,
  );
const object = (apiVersion: string, kind: string, spec: object) =>
  said(`kubernetes:${apiVersion}:${kind}`, { apiVersion, kind, metadata: { name: "x" }, spec });

test.each([
  [
    "values from elsewhere",
    ["helm.toolkit.fluxcd.io/v2", "HelmRelease", { valuesFrom: [{ kind: "ConfigMap", name: "jaeger" }] }],
    ["spec.valuesFrom[0]: values of ConfigMap jaeger"],
  ],
  [
    "files of values",
    ["argoproj.io/v1alpha1", "Application", { source: { chart: "jaeger", helm: { valueFiles: ["prod.yaml"] } } }],
    ["spec.source.helm.valueFiles[0]: values of prod.yaml"],
  ],
  [
    "values that a generator fills",
    [
      ...(["argoproj.io/v1alpha1", "ApplicationSet"] as const),
      { template: { spec: { source: { chart: "jaeger", helm: { values: "query:\n  type: '{{ .type }}'\n" } } } } },
    ],
    ["spec.template.spec.source.helm.values: values with placeholders"],
  ],
  [
    "a patch that a generator fills",
    ["argoproj.io/v1alpha1", "ApplicationSet", { templatePatch: "spec:\n  source: '{{ .source }}'\n" }],
    ["spec.templatePatch: what its placeholders stand for"],
  ],
  [
    "values that are no YAML",
    ["helm.cattle.io/v1", "HelmChart", { valuesContent: "query: [" }],
    ["spec.valuesContent: values that are no YAML"],
  ],
  [
    "a folder of a repository",
    ["argoproj.io/v1alpha1", "Application", { source: { repoURL: "https://git.example/x", path: "tracing" } }],
    ["spec.source.path: what https://git.example/x has in tracing"],
  ],
  [
    "a folder of Flux",
    [
      ...(["kustomize.toolkit.fluxcd.io/v1", "Kustomization"] as const),
      { sourceRef: { kind: "GitRepository", name: "fleet" }, path: "./tracing" },
    ],
    ["spec.sourceRef: what GitRepository fleet has in ./tracing"],
  ],
  [
    "a route of a kind of its own",
    ["apisix.apache.org/v2", "ApisixRoute", {}],
    ["spec: ApisixRoute x, which leads into the cluster by rules of its own"],
  ],
  [
    "network rules of a kind of its own",
    ["crd.antrea.io/v1beta1", "ClusterNetworkPolicy", {}],
    ["spec: ClusterNetworkPolicy x, which lets in and out by rules of its own"],
  ],
  ["nothing", ["helm.toolkit.fluxcd.io/v2", "HelmRelease", { values: { query: {} } }], []],
] as const)("what is elsewhere is said: %s", (_, [apiVersion, kind, spec], expected) =>
  expect(object(apiVersion, kind, spec)).toEqual(expected),
);

test("what commands do is said, too", () =>
  expect(said("command:local:Command", { create: "kubectl expose deployment jaeger" })).toEqual([
    "create: what its commands do",
  ]));

test("files of values of a release of Pulumi are said, too", () =>
  expect(said("kubernetes:helm.sh/v3:Release", { chart: "jaeger", valueYamlFiles: ["prod.yaml"] })).toEqual([
    "valueYamlFiles[0]: values of prod.yaml",
  ]));

test("keys that others chose change nothing but their object", () => {
  const parameters = [{ name: "__proto__.polluted", value: "true" }];
  object("argoproj.io/v1alpha1", "Application", { source: { chart: "x", helm: { parameters } } });
  const patch = [{ op: "add", path: "/__proto__/polluted", value: true }];
  object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", { patches: [{ target: { kind: "Service" }, patch }] });
  expect({}).not.toHaveProperty("polluted");
});
