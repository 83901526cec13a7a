import { inFile, other, type Case, type Keys } from "./case.ts";
import { altered } from "./resources.ts";

const allowList = { "nginx.ingress.kubernetes.io/whitelist-source-range": "10.8.0.0/16" };

/** Values of the Jaeger chart as they should be. */
const values = {
  query: {
    service: { type: "ClusterIP", port: 8443 },
    ingress: {
      ...{ enabled: true, annotations: allowList, ingressClassName: "internal", hosts: ["jaeger.company.example"] },
      tls: [{ hosts: ["jaeger.company.example"], secretName: "tls" }],
    },
  },
  collector: { hostNetwork: false, image: { repository: "jaegertracing/jaeger", tag: "2.19.0" } },
  storage: { elasticsearch: { url: "https://es.company.example:9200", passwordFile: "/vault/secrets/password" } },
};

/** Each with the values in its place, as an object or as a text. */
const forms: readonly (readonly [string, string, (given: object) => Record<string, unknown>])[] = [
  ["helm.toolkit.fluxcd.io/v2", "HelmRelease", (given) => ({ targetNamespace: "tracing", values: given })],
  ["argoproj.io/v1alpha1", "Application", (given) => application({ chart: "jaeger", helm: { valuesObject: given } })],
  [
    ...["argoproj.io/v1alpha1", "Application"],
    (given) => application({ chart: "jaeger", helm: { values: JSON.stringify(given) } }),
  ],
  [
    ...["argoproj.io/v1alpha1", "Application"],
    (given) => ({ ...application(), sources: [{ ref: "x" }, { chart: "jaeger", helm: { valuesObject: given } }] }),
  ],
  [
    ...["argoproj.io/v1alpha1", "ApplicationSet"],
    (given) => ({ template: { spec: application({ chart: "jaeger", helm: { valuesObject: given } }) } }),
  ],
  ["helm.cattle.io/v1", "HelmChart", (given) => ({ valuesContent: JSON.stringify(given) })],
  ["fleet.cattle.io/v1alpha1", "Bundle", (given) => ({ helm: { values: given } })],
  ["helm.crossplane.io/v1beta1", "Release", (given) => ({ forProvider: { namespace: "tracing", values: given } })],
  ["addons.cluster.x-k8s.io/v1alpha1", "HelmChartProxy", (given) => ({ valuesTemplate: JSON.stringify(given) })],
] as (readonly [string, string, (given: object) => Record<string, unknown>])[];

function application(source?: object): Record<string, unknown> {
  return { destination: { namespace: "tracing" }, ...(source && { source }) };
}

const object = (apiVersion: string, kind: string, spec: object) => ({
  apiVersion,
  kind,
  metadata: { name: "x", namespace: "tracing" },
  spec,
});
const delivered = (
  apiVersion: string,
  kind: string,
  [policy, defect, good, bad, says]: readonly [string, string, object, object, string],
): Case =>
  other(
    policy,
    `${defect} (${kind})`,
    `kubernetes:${apiVersion}:${kind}`,
    object(apiVersion, kind, good),
    ["spec"],
    bad,
    says,
  );

const changes: readonly (readonly [string, string, Keys, unknown, string])[] = [
  ["exposure-load-balancer", "a load balancer", ["query", "service", "type"], "LoadBalancer", "public load balancer"],
  ["exposure-route-tls", "an Ingress without TLS", ["query", "ingress", "tls"], undefined, "list each host"],
  ["exposure-host", "the node's network", ["collector", "hostNetwork"], true, "remove it"],
  ["pods-image", "latest", ["collector", "image", "tag"], "latest", "exact tag"],
  ["encryption-plain-endpoint", "plain", ["storage", "elasticsearch", "url"], "http://es:9200", "not encrypted"],
  ["secrets-literal", "a password", ["storage", "elasticsearch", "password"], "correct-horse", "keep it in Vault"],
];

const parameters = (name: string, value: string) =>
  application({ chart: "jaeger", helm: { parameters: [{ name, value }] } });
const kustomized = (patch: object) => ({ targetNamespace: "tracing", path: "./x", patches: [patch] });
const typed = (type: string) => [{ op: "replace", path: "/spec/type", value: type }];
const served = (type: string) => object("v1", "Service", { type, ports: [{ port: 8443 }] });

/** What has others deploy: Flux, Argo CD and their like. */
export const delivery: readonly Case[] = [
  ...forms.flatMap(([apiVersion, kind, of]) =>
    changes.map(([policy, defect, keys, value, says]) =>
      delivered(apiVersion, kind, [policy, defect, of(values), of(altered(values, keys, value)), says]),
    ),
  ),
  ...(
    [
      ["exposure-node-port", "query.service.type", "ClusterIP", "NodePort", "write ClusterIP"],
      ["exposure-host", "hostNetwork", "false", "true", "remove it"],
      ["secrets-literal", "storage.password", "", "correct-horse", "keep it in Vault"],
    ] as const
  ).map(([policy, name, good, bad, says]) =>
    delivered("argoproj.io/v1alpha1", "Application", [
      policy,
      `${name} as a parameter`,
      parameters(name, good),
      parameters(name, bad),
      says,
    ]),
  ),
  ...(
    [
      ["a patch", { patch: JSON.stringify(served("ClusterIP")) }, { patch: JSON.stringify(served("NodePort")) }],
      [
        "operations",
        { target: { kind: "Service" }, patch: JSON.stringify(typed("ClusterIP")) },
        { target: { kind: "Service" }, patch: JSON.stringify(typed("NodePort")) },
      ],
    ] as const
  ).flatMap(([how, good, bad]) => [
    delivered("kustomize.toolkit.fluxcd.io/v1", "Kustomization", [
      "exposure-node-port",
      `NodePort by ${how}`,
      kustomized(good),
      kustomized(bad),
      "write ClusterIP",
    ]),
    delivered("argoproj.io/v1alpha1", "Application", [
      "exposure-node-port",
      `NodePort by ${how}`,
      application({ kustomize: { patches: [good] } }),
      application({ kustomize: { patches: [bad] } }),
      "write ClusterIP",
    ]),
    delivered("helm.toolkit.fluxcd.io/v2", "HelmRelease", [
      "exposure-node-port",
      `NodePort by ${how} after the chart`,
      { postRenderers: [{ kustomize: { patches: [good] } }] },
      { postRenderers: [{ kustomize: { patches: [bad] } }] },
      "write ClusterIP",
    ]),
  ]),
  ...["GitRepository", "HelmRepository", "OCIRepository", "Bucket"].map((kind) =>
    delivered("source.toolkit.fluxcd.io/v1", kind, [
      "encryption-plain-endpoint",
      "a source by http",
      { url: "https://charts.company.example" },
      { url: "http://charts.company.example" },
      "not encrypted",
    ]),
  ),
  ...(["OCIRepository", "Bucket", "HelmRepository"] as const).map((kind) =>
    delivered("source.toolkit.fluxcd.io/v1", kind, [
      "encryption-verification",
      "a source that nobody checks",
      { url: "oci://charts.company.example" },
      { url: "oci://charts.company.example", insecure: true },
      "name the CA",
    ]),
  ),
  delivered("argoproj.io/v1alpha1", "Application", [
    "encryption-plain-endpoint",
    "a repository by http",
    application({ repoURL: "https://git.company.example/x" }),
    application({ repoURL: "http://git.company.example/x" }),
    "not encrypted",
  ]),
  delivered("source.toolkit.fluxcd.io/v1", "GitRepository", [
    "encryption-plain-endpoint",
    "a source by git's own protocol",
    { url: "ssh://git@git.company.example/x" },
    { url: "git://git.company.example/x" },
    "not encrypted",
  ]),
  inFile(
    "exposure-node-port",
    "manifests in a ConfigMap",
    served("ClusterIP"),
    served("NodePort"),
    "write ClusterIP",
    "all.yaml",
  ),
];
