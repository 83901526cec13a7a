import { edgeId } from "../../config/model.ts";
import { parseSettings } from "../../config/settings.ts";
import { images } from "../../config/versions.ts";
import { catalogue } from "../fixtures/landscape.ts";
import { external, messageOf, minimal, parse, type Raw } from "./fixtures.ts";

const edgeIds = catalogue.edges.map(edgeId);
const without = (key: keyof typeof minimal): Raw => ({ ...minimal, [key]: undefined });

describe("a setting that cannot be used is named with its value, what is allowed, and the line to write", () => {
  interface Wrong {
    changes: Raw;
    /** Key, given value and problem, as the first line says them. */
    says: string;
    allowed?: string;
    write?: string;
  }
  const vpnLine = "order-tracing:access:\n             vpnRanges: [10.8.0.0/16]";
  const cases: Record<string, Wrong> = {
    "no VPN range": {
      changes: { access: { ...minimal.access, vpnRanges: [] } },
      says: "order-tracing:access.vpnRanges: []: ",
      allowed: "1 or more",
      write: vpnLine,
    },
    "VPN ranges forgotten": {
      changes: { access: { ...minimal.access, vpnRanges: undefined } },
      says: "order-tracing:access.vpnRanges is missing",
      write: vpnLine,
    },
    "one VPN range without a list": {
      changes: { access: { ...minimal.access, vpnRanges: "10.8.0.0/16" } },
      says: 'order-tracing:access.vpnRanges: "10.8.0.0/16": Invalid input: expected array',
      write: vpnLine,
    },
    "the whole internet": {
      changes: { access: { ...minimal.access, vpnRanges: ["10.8.0.0/16", "0.0.0.0/0"] } },
      says: 'order-tracing:access.vpnRanges.1: "0.0.0.0/0": is the whole internet, or much of it, not the network of a company',
      write: vpnLine,
    },
    "the whole internet of IPv6": {
      changes: { access: { ...minimal.access, vpnRanges: ["::/0"] } },
      says: 'order-tracing:access.vpnRanges.0: "::/0": is the whole internet, or much of it, not the network of a company',
      write: vpnLine,
    },
    "an address that is no range": {
      changes: { access: { ...minimal.access, vpnRanges: ["10.8.0.1"] } },
      says: 'order-tracing:access.vpnRanges.0: "10.8.0.1": must be an address range in CIDR form',
      write: vpnLine,
    },
    "null where the block was emptied": {
      changes: { access: null },
      says: "order-tracing:access is missing",
      write: [
        "order-tracing:access:",
        "domain: traces.company.example",
        "vpnRanges: [10.8.0.0/16]",
        "ingress: {controller: traefik, namespace: ingress, podLabels: {app.kubernetes.io/name: traefik}, entryPoint: tracing-internal}",
        "oidc: {provider: keycloak, issuer: https://login.company.example, clientId: tracing, emailDomain: company.example}",
        "roles: {support: {groups: [tracing-support], views: [all]}, mes-team: {groups: [team-mes], views: [mes]}, crm-team: {groups: [team-crm], views: [crm]}, shop-team: {groups: [team-shop], views: [shop]}}",
      ].join("\n             "),
    },
    "retention of nothing": {
      changes: { retentionDays: 0 },
      says: "order-tracing:retentionDays: 0: ",
      allowed: "1 or more",
      write: "order-tracing:retentionDays: 14",
    },
    "retention of more than a year": {
      changes: { retentionDays: 366 },
      says: "order-tracing:retentionDays: 366: ",
      allowed: "365 or less",
      write: "order-tracing:retentionDays: 14",
    },
    "retention of half a day": {
      changes: { retentionDays: 1.5 },
      says: "order-tracing:retentionDays: 1.5: Invalid input: expected int",
      write: "order-tracing:retentionDays: 14",
    },
    "an unknown service": {
      changes: { services: { "mess-api": { enabled: false } } },
      says: 'order-tracing:services.mess-api: {"enabled":false}: is no setting of this project',
      allowed: "crm-api, mes-api, shop-api",
      write: "order-tracing:services.mes-api instead of order-tracing:services.mess-api",
    },
    "an unknown service in the sampling table": {
      changes: { sampling: { services: { "shop-apy": 1 } } },
      says: "order-tracing:sampling.services.shop-apy: 1: is no setting of this project",
      allowed: "crm-api, mes-api, shop-api",
      write: "order-tracing:sampling.services.shop-api instead of order-tracing:sampling.services.shop-apy",
    },
    "a runtime that cannot be instrumented": {
      changes: { services: { "mes-api": { runtime: "go" } } },
      says: 'order-tracing:services.mes-api.runtime: "go": ',
      allowed: '"java", "dotnet", "nodejs"',
      write: "order-tracing:services:\n             mes-api: {runtime: nodejs}",
    },
    "an edge to nowhere": {
      changes: { proof: { required: ["crm-api -> files-storage", "shop-api -> nowhere"] } },
      says: 'order-tracing:proof.required.1: "shop-api -> nowhere": ',
      allowed: edgeIds.map((id) => JSON.stringify(id)).join(", "),
      write: "order-tracing:proof:\n             required: [shop-api -> files-storage]",
    },
    "a typo at the top": {
      changes: { acess: { vpnRanges: [] } },
      says: 'order-tracing:acess: {"vpnRanges":[]}: is no setting of this project',
      allowed:
        "access, catalogueFile, cluster, elasticsearch, engine, expected, frontEnds, images, monitoring, objects, pods, privacy, proof, replicas, retentionDays, review, sampling, services, sizes, stores, survive, vault",
      write: "order-tracing:access instead of order-tracing:acess",
    },
    "a typo further down": {
      changes: { sampling: { slowms: 10 } },
      says: "order-tracing:sampling.slowms: 10: is no setting of this project",
      allowed: "percent, services, slowMs",
      write: "order-tracing:sampling.slowMs instead of order-tracing:sampling.slowms",
    },
    "a typo in a service": {
      changes: { services: { "mes-api": { enabeld: false } } },
      says: "order-tracing:services.mes-api.enabeld: false: is no setting of this project",
      allowed:
        "agentPorts, allowEgress, container, cpuLimit, deployment, dotnetRuntime, enabled, esModules, instrumentationImage, namespace, profile, pullSecrets, rolloutSeconds, runtime, serviceAccount, temporaryFolder, userId, variables, workload",
      write: "order-tracing:services.mes-api.enabled instead of order-tracing:services.mes-api.enabeld",
    },
    "a kind of workload that is none": {
      changes: { services: { "mes-api": { workload: "Statefulset" } } },
      says: 'order-tracing:services.mes-api.workload: "Statefulset": ',
      allowed: '"Deployment", "StatefulSet", "DaemonSet"',
      write: "order-tracing:services:\n             mes-api: {workload: StatefulSet}",
    },
    "one port of the agent for both": {
      changes: { services: { "mes-api": { agentPorts: { grpc: 4318 } } } },
      says: 'order-tracing:services.mes-api.agentPorts: {"grpc":4318}: has 4318 for gRPC and for HTTP: each needs one of its own',
      write: "order-tracing:services:\n             mes-api: {agentPorts: {grpc: 14317}}",
    },
    "a way out of another runtime": {
      changes: { services: { "shop-api": { esModules: true } } },
      says: "order-tracing:services.shop-api.esModules: true: is about nodejs, and shop-api is instrumented as java",
      write: "order-tracing:services:\n             shop-api: {runtime: nodejs}\n           # or remove esModules",
    },
    "a typo behind the choice of a mode": {
      changes: { elasticsearch: { mode: "managed", heapMb: 512 } },
      says: "order-tracing:elasticsearch.heapMb: 512: is no setting of this project",
      allowed: "heapMib, lifecycle, mode, nodes, publish, snapshots, storageClass, storageGib, writes",
      write: "order-tracing:elasticsearch.heapMib instead of order-tracing:elasticsearch.heapMb",
    },
    "a key of the other mode": {
      changes: { elasticsearch: { ...external, storageGib: 5 } },
      says: "order-tracing:elasticsearch.storageGib: 5: is no setting of this project",
      allowed: "caFile, endpoints, indexPrefix, lifecycle, mode, ranges, writes",
    },
    "a mode that does not exist": {
      changes: { elasticsearch: { mode: "extern" } },
      says: 'order-tracing:elasticsearch.mode: "extern": is no choice that there is',
      allowed: '"managed", "external"',
      write: "order-tracing:elasticsearch:\n             mode: managed",
    },
    "no mode": {
      changes: { elasticsearch: {} },
      says: "order-tracing:elasticsearch.mode is missing",
      allowed: '"managed", "external"',
      write: "order-tracing:elasticsearch:\n             mode: managed",
    },
    "an external Elasticsearch without its address": {
      changes: { elasticsearch: { ...external, endpoints: undefined } },
      says: "order-tracing:elasticsearch.endpoints is missing",
      write: "order-tracing:elasticsearch:\n             endpoints: [https://elasticsearch.example:9200]",
    },
    "an address of an external Elasticsearch as earlier versions had it": {
      changes: { elasticsearch: { ...external, endpoint: "https://elasticsearch.example:9200" } },
      says: 'order-tracing:elasticsearch.endpoint: "https://elasticsearch.example:9200": is no setting of this project',
      allowed: "caFile, endpoints, indexPrefix, lifecycle, mode, ranges, writes",
      write: "order-tracing:elasticsearch.endpoints instead of order-tracing:elasticsearch.endpoint",
    },
    "an external Elasticsearch without TLS": {
      changes: { elasticsearch: { ...external, endpoints: ["http://elasticsearch.example:9200"] } },
      says: 'order-tracing:elasticsearch.endpoints.0: "http://elasticsearch.example:9200": must be an https:// address',
      write: "order-tracing:elasticsearch:\n             endpoints: [https://elasticsearch.example:9200]",
    },
    "Vault without TLS": {
      changes: { vault: { ...minimal.vault, address: "http://vault.example:8200" } },
      says: 'order-tracing:vault.address: "http://vault.example:8200": must be an https:// address',
      write: "order-tracing:vault:\n             address: https://vault.example:8200",
    },
    "a label that Kubernetes acts upon": {
      changes: { objects: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
      says: "order-tracing:objects.labels.pod-security.kubernetes.io/enforce as a key: says something to Kubernetes, to the engine or to the stack itself",
      write: 'order-tracing:objects:\n             labels: {example.com/cost-centre: "4711"}',
    },
    "an annotation of the engine": {
      changes: { objects: { annotations: { "pulumi.com/patchForce": "false" } } },
      says: "order-tracing:objects.annotations.pulumi.com/patchForce as a key: says something to Kubernetes, to the engine or to the stack itself",
      write: "order-tracing:objects:\n             annotations: {example.com/contact: platform@company.example}",
    },
    "a label by which the stack finds its own": {
      changes: { objects: { labels: { "app.kubernetes.io/part-of": "shop" } } },
      says: "order-tracing:objects.labels.app.kubernetes.io/part-of as a key: says something to Kubernetes, to the engine or to the stack itself",
      write: 'order-tracing:objects:\n             labels: {example.com/cost-centre: "4711"}',
    },
    "a namespace of Kubernetes": {
      changes: { cluster: { ...minimal.cluster, namespace: "default" } },
      says: 'order-tracing:cluster.namespace: "default": is a namespace of Kubernetes itself',
      write: "order-tracing:cluster:\n             namespace: tracing-test",
    },
    "another one of them": {
      changes: { cluster: { ...minimal.cluster, namespace: "kube-tracing" } },
      says: 'order-tracing:cluster.namespace: "kube-tracing": is a namespace of Kubernetes itself',
      write: "order-tracing:cluster:\n             namespace: tracing-test",
    },
    "a namespace that no cluster takes": {
      changes: { cluster: { ...minimal.cluster, namespace: "Tracing.dev" } },
      says: 'order-tracing:cluster.namespace: "Tracing.dev": must be lower-case letters, digits and -',
      write: "order-tracing:cluster:\n             namespace: tracing-test",
    },
    "a longer one than clusters take": {
      changes: { cluster: { ...minimal.cluster, namespace: "t".repeat(64) } },
      says: `order-tracing:cluster.namespace: "${"t".repeat(64)}": is longer than the 63 characters of a DNS label`,
      allowed: "63 or less",
      write: "order-tracing:cluster:\n             namespace: tracing-test",
    },
    "the namespace of a service that is off": {
      changes: { cluster: { ...minimal.cluster, namespace: "mes" }, services: { "mes-api": { enabled: false } } },
      says: 'order-tracing:cluster.namespace: "mes": is the namespace of mes-api, and the stack needs one of its own',
      write: "order-tracing:cluster:\n             namespace: mes-tracing",
    },
    "the namespace of the ingress controller": {
      changes: { cluster: { ...minimal.cluster, namespace: "ingress" } },
      says: 'order-tracing:cluster.namespace: "ingress": is the namespace of the ingress controller',
      write: "order-tracing:cluster:\n             namespace: ingress-tracing",
    },
    "the namespace of Vault": {
      changes: { cluster: { ...minimal.cluster, namespace: "vault" } },
      says: 'order-tracing:cluster.namespace: "vault": is the namespace of Vault (vault.address)',
      write: "order-tracing:cluster:\n             namespace: vault-tracing",
    },
    "no keys of the cluster": {
      changes: { cluster: {} },
      says: "order-tracing:cluster.serviceAccountKeysFile is missing",
      write:
        "order-tracing:cluster:\n             serviceAccountKeysFile: trust/service-account-keys.json\n" +
        "           or, where Vault and the gateway reach the issuer:\n" +
        "           order-tracing:cluster:\n             oidc: {vaultKeys: issuer}",
    },
    "the cluster's keys in two forms": {
      changes: { cluster: { serviceAccountKeysFile: "keys.json", oidc: { vaultKeys: "issuer" } } },
      says: 'order-tracing:cluster.serviceAccountKeysFile: "keys.json": is one form of the cluster\'s keys, and cluster.oidc the other',
      write: "one of the two: the file does not change when the cluster's keys do, the issuer's answer does",
    },
    "keys for Vault at an address without TLS": {
      changes: { cluster: { oidc: { vaultKeys: "http://api.example/openid/v1/jwks" } } },
      says: 'order-tracing:cluster.oidc.vaultKeys: "http://api.example/openid/v1/jwks": must be an https:// address',
      write: "order-tracing:cluster:\n             oidc: {vaultKeys: issuer}",
    },
    "a label that the stack's Services and policies are about": {
      changes: { pods: { labels: { "app.kubernetes.io/name": "x" } } },
      says: "order-tracing:pods.labels.app.kubernetes.io/name as a key: is a label by which the stack finds its pods",
      write: 'order-tracing:pods:\n             labels: {example.com/cost-centre: "4711"}',
    },
    "a toleration of every taint by mistake": {
      changes: { pods: { tolerations: [{ effect: "NoSchedule" }] } },
      says: 'order-tracing:pods.tolerations.0: {"effect":"NoSchedule"}: has no key, which only operator: Exists may have',
      write:
        "order-tracing:pods:\n             tolerations: [{key: example.com/tracing, operator: Exists, effect: NoSchedule}]",
    },
    "more than everything": {
      changes: { sampling: { percent: 101 } },
      says: "order-tracing:sampling.percent: 101: ",
      allowed: "100 or less",
      write: "order-tracing:sampling:\n             percent: 10",
    },
    "a share below nothing": {
      changes: { sampling: { services: { "mes-api": -1 } } },
      says: "order-tracing:sampling.services.mes-api: -1: ",
      allowed: "0 or more",
      write: "order-tracing:sampling:\n             services: {mes-api: 10}",
    },
    "no gateway": {
      changes: { replicas: { gateway: 0 } },
      says: "order-tracing:replicas.gateway: 0: ",
      allowed: "1 or more",
      write: "order-tracing:replicas:\n             gateway: 3",
    },
    "an image without a tag, behind a port": {
      changes: { images: { overrides: { jaeger: "mirror:5000/jaeger" } } },
      says: 'order-tracing:images.overrides.jaeger: "mirror:5000/jaeger": needs a tag',
      write: "order-tracing:images:\n             overrides: {jaeger: registry.example/jaeger:1.2.3}",
    },
    "an unknown image": {
      changes: { images: { overrides: { jaegr: "jaeger:1" } } },
      says: 'order-tracing:images.overrides.jaegr: "jaeger:1": is no setting of this project',
      allowed: Object.keys(images).sort().join(", "),
      write: "order-tracing:images.overrides.jaeger instead of order-tracing:images.overrides.jaegr",
    },
  };

  test.each(Object.entries(cases))("%s", (_, { changes, says, allowed, write }) => {
    const message = messageOf(() => parse(changes));
    const [head, ...problems] = message.split("\n\n");
    expect(head).toBe("Pulumi.dev.yaml: 1 setting(s) cannot be used.");
    expect(problems).toHaveLength(1);
    const [first, ...rest] = problems[0]!.split("\n");
    expect(first!.slice(0, says.length)).toBe(says);
    const help = [...(allowed ? [`  allowed: ${allowed}`] : []), ...(write ? [`  write:   ${write}`] : [])];
    expect(rest.join("\n")).toBe(help.join("\n"));
  });

  test.each(Object.keys(minimal) as (keyof typeof minimal)[])("%s cannot be left out", (key) => {
    const message = messageOf(() => parseSettings(catalogue, "dev", without(key)));
    expect(message).toContain(`order-tracing:${key} is missing\n  write:   order-tracing:${key}:`);
  });

  test("two services with one identity: the gateway could not tell their spans apart", () => {
    const shared = { namespace: "shop", serviceAccount: "default" };
    expect(() => parse({ services: { "shop-api": shared, "crm-api": shared } })).toThrow(/serviceAccount.*"default"/);
  });

  test("all that is wrong is said at once, with the file's name", () => {
    const message = messageOf(() =>
      parseSettings(catalogue, "prod", { ...without("retentionDays"), acess: 1, replicas: { sampler: 0 } }),
    );
    expect(message).toMatch(/^Pulumi\.prod\.yaml: 3 setting\(s\) cannot be used\.\n\n/);
    expect(message).toContain("order-tracing:retentionDays is missing");
    expect(message).toContain("order-tracing:acess: 1: ");
    expect(message).toContain("order-tracing:replicas.sampler: 0: ");
  });

  test("a far-fetched key gets the list of the known ones, and no guess", () => {
    const message = messageOf(() => parse({ telemetry: true }));
    expect(message).toContain("order-tracing:telemetry: true: is no setting of this project\n  allowed: access, ");
    expect(message).not.toContain("write:");
  });
});

describe("an Elasticsearch of the stack's own", () => {
  const outside = { ...minimal.vault, address: "https://vault.example:8200" };

  test("with a Vault outside of the cluster needs a way for it, or is refused with the line to write", () => {
    const message = messageOf(() => parse({ vault: outside }));
    expect(message).toContain("order-tracing:elasticsearch.publish is missing: Vault at https://vault.example:8200");
    expect(message).toContain("write:   order-tracing:elasticsearch:\n             publish: {host: ");
    const publish = { host: "elasticsearch.example", ranges: ["10.20.0.0/16"] };
    expect(() => parse({ vault: outside, elasticsearch: { mode: "managed", publish } })).not.toThrow();
    expect(() => parse({ vault: outside, elasticsearch: external })).not.toThrow();
  });

  test("takes so many shards, and the retention that still fits is said", () => {
    const groups = Array.from({ length: 40 }, (_, index) => `group-${index}`);
    const access = { ...minimal.access, roles: { everybody: { groups: ["all"], views: ["all"] } } };
    const with40 = (changes: Raw) => () =>
      parseSettings({ ...catalogue, groups }, "prod", { ...minimal, access, ...changes });
    const message = messageOf(with40({ retentionDays: 365 }));
    expect(message).toContain(
      "order-tracing:retentionDays: 365: makes 1078 shards for 40 groups, and a node of Elasticsearch takes 1000",
    );
    expect(message).toContain("write:   order-tracing:retentionDays: 360");
    for (const changes of [{ retentionDays: 360 }, { retentionDays: 365, elasticsearch: external }]) {
      expect(messageOf(with40(changes))).not.toContain("shards");
    }
  });

  test.each([
    ["no range", { host: "elasticsearch.example", ranges: [] }, "publish.ranges"],
    ["everybody", { host: "elasticsearch.example", ranges: ["0.0.0.0/0"] }, "publish.ranges.0"],
    ["an address for a name", { host: "https://x", ranges: ["10.0.0.0/16"] }, "publish.host"],
  ])("is not published to %s", (_, publish, key) => {
    expect(() => parse({ elasticsearch: { mode: "managed", publish } })).toThrow(
      `order-tracing:elasticsearch.${key}: `,
    );
  });
});
