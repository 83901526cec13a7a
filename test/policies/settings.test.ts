import { makeGraph, stackSettings } from "../support/stack-graph.ts";
import { asResources, configurationOf, refusals } from "./refusals.ts";

const today = new Date("2026-11-25");
const snapshots = { bucket: "company-snapshots", region: "eu-central-1" };
const roleArn = "arn:aws:iam::123456789012:role/tracing-snapshots";

/**
 * What companies set beside what our stack files have: the stack that it is set in, its changes by key, and what the guides have
 * the pack be told with it.
 */
const variants: Record<string, [stack: "dev" | "prod", changes: Record<string, object>, told?: object]> = {
  "an Elasticsearch of three nodes": [
    "dev",
    { elasticsearch: { nodes: 3 } },
    {
      "isolation-certificates": { clients: ["otel-gateway", "otel-sampler", "elasticsearch"] },
      "isolation-elasticsearch-security": { anonymous: { health: ["cluster:monitor/health"] } },
    },
  ],
  "snapshots with a key": ["dev", { elasticsearch: { snapshots } }],
  "snapshots with a role": ["dev", { elasticsearch: { snapshots: { ...snapshots, roleArn } } }],
  "an Elasticsearch by several addresses": [
    "prod",
    { elasticsearch: { endpoints: ["https://a.company.example:9200", "https://b.company.example:9200"] } },
  ],
  "addresses of what is outside": [
    "prod",
    { elasticsearch: { ranges: ["10.30.0.0/16"] }, vault: { ranges: ["10.31.0.7/32"] } },
  ],
  "a namespace of Vault": ["prod", { vault: { namespace: "platform/tracing" } }],
  "its own namespace": [
    "prod",
    { cluster: { namespace: "observability" } },
    { "privacy-redaction": { cleaning: ["otel-gateway.observability.svc"] } },
  ],
  "the keys of the tokens from their issuer": [
    "dev",
    {
      cluster: {
        serviceAccountIssuer: "https://oidc.eks.example/id/1",
        serviceAccountKeysFile: undefined,
        oidc: { vaultKeys: "issuer" },
      },
    },
  ],
  "Gateway API": [
    "dev",
    {
      access: {
        ingress: {
          ...{ controller: "gateway-api", entryPoint: "ingress/internal/tls", namespace: "ingress" },
          ...{ podLabels: { "app.kubernetes.io/name": "envoy" }, rangesEnforcedBy: "the internal load balancer" },
        },
      },
    },
    { "exposure-route-allow-list": { gateways: ["ingress/internal"] } },
  ],
  "a server with little left": ["dev", { services: { "mes-api": { profile: "weak" } } }],
  "a service that is off": ["dev", { services: { "mes-api": { enabled: false } } }],
  "a policy for agents": ["dev", { services: { "mes-api": { allowEgress: true } } }],
  "nodes of its own": [
    "prod",
    {
      pods: {
        nodeSelector: { pool: "tracing" },
        tolerations: [{ key: "pool", operator: "Equal", value: "tracing", effect: "NoSchedule" }],
        priorityClass: "observability",
      },
    },
  ],
};

test.each(Object.entries(variants))(
  "the policies accept %s",
  async (_, [stack, changes, told]) => {
    const base = stackSettings(stack);
    const settings = Object.fromEntries(
      Object.entries(changes).map(([key, change]) => [key, { ...(base[key] as object), ...change }]),
    );
    const graph = asResources(await makeGraph(stack, { settings }));
    expect(refusals(graph, { ...configurationOf(stack), ...told }, today)).toEqual({ refused: [], badExceptions: [] });
  },
  60_000,
);
