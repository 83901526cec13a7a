/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call,
   @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access,
   @typescript-eslint/no-unsafe-return -- see `Loose` */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import bcrypt from "bcryptjs";
import { load } from "js-yaml";
import { agentConfig } from "../components/collector/agent-config.ts";
import { gatewayConfig, keySet } from "../components/collector/gateway-config.ts";
import { samplerConfig, samplingPolicies } from "../components/collector/sampler-config.ts";
import { gatewayPlan, samplerPlan } from "../components/collector/workloads.ts";
import { managedElasticsearchPlan } from "../components/elasticsearch/managed-plan.ts";
import { storePlan, unusablePasswordHash } from "../components/elasticsearch/store-plan.ts";
import { jaegerCollectorConfig, jaegerQueryConfig } from "../components/jaeger/config.ts";
import { storeAdminUrl, storeUrl } from "../components/elasticsearch/addresses.ts";
import { jaegerCollectorPlan, jaegerQueryPlan } from "../components/jaeger/workloads.ts";
import { internalLoadBalancer } from "../components/kubernetes/internal-load-balancer.ts";
import { networkPolicy } from "../components/kubernetes/network-policy.ts";
import { checksum, type Container } from "../components/kubernetes/pod.ts";
import { hostFlow, podTemplate, type WorkloadPlan } from "../components/kubernetes/workload.ts";
import { renderYaml } from "../components/kubernetes/yaml.ts";
import {
  vaultAgentConfigMap,
  vaultAgentPod,
  vaultAgentPolicy,
  type VaultAgentPlan,
} from "../components/vault/vault-agent.ts";
import { generatedUsers, vaultPaths } from "../components/vault/paths.ts";
import { instrumentationDir } from "../components/wiring/instrumentation.ts";
import { agentConfigData, deploymentPatch } from "../components/wiring/plan.ts";
import type { Context } from "../config/context.ts";
import { resolveLandscape, type Service } from "../config/landscape.ts";
import { parseSettings } from "../config/settings.ts";
import { images } from "../config/versions.ts";
import { catalogue } from "./fixtures/landscape.ts";

// Plans are plain data. The SDKs, which only the components beside them use, take seconds to load.
jest.mock("@pulumi/kubernetes", () => ({}));
jest.mock("@pulumi/vault", () => ({}));
jest.mock("@pulumi/pulumi", () => ({ ComponentResource: class {} }));

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8").trim();
const companyCa = fixture("company-ca.crt");
const serviceAccountKey = fixture("service-account-key.pub");

const managed = { mode: "managed" };
const external = { mode: "external", endpoint: "https://search.example", caFile: "es.crt" };

/** The context of a stack named `test`, without its files. */
function contextOf(changes: Record<string, unknown> = {}): Context {
  const settings = parseSettings(catalogue, "test", {
    access: { vpnRanges: ["10.8.0.0/16", "fd00::/8"] },
    cluster: { serviceAccountKeysFile: "keys.json" },
    vault: { address: "https://vault.vault.svc:8200", caFile: "ca.crt" },
    elasticsearch: managed,
    retentionDays: 14,
    ...changes,
  });
  return {
    stack: "test",
    settings,
    landscape: resolveLandscape(catalogue, settings),
    companyCa,
    elasticsearchCa: companyCa,
    serviceAccountKeys: [serviceAccountKey],
  };
}

const context = contextOf();
const groups = ["shop", "crm", "mes"];
const storage = [...groups, "unassigned"];
const views = [...groups, "all"];
const shop = context.landscape.services.find(({ id }) => id === "shop-api")!;

/** Every workload that the stack can have. */
const plans = (of: Context): WorkloadPlan[] => [
  gatewayPlan(of),
  samplerPlan(of),
  ...storage.map((group) => jaegerCollectorPlan(of, group)),
  ...views.map((view) => jaegerQueryPlan(of, view)),
  ...(of.settings.elasticsearch.mode === "managed" ? [managedElasticsearchPlan(of)] : []),
];

/** A part of a configuration. Its language is another program's, and has no types here: a wrong path fails its test. */
type Loose = Record<string, any>;
const loose = (value: unknown) => value as Loose;

/** Every key of a configuration, at every depth. */
function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(keysOf)];
}

describe("Vault Agent", () => {
  const reads = ["secret/data/tracing/test/a"];
  const plan: VaultAgentPlan = {
    workload: "w",
    files: [
      { kind: "certificate", dnsNames: ["w.tracing.svc", "w-0"] },
      { kind: "password", file: "password", role: "w-reader" },
      { kind: "template", file: "users", contents: "{{ x }}", reads },
    ],
  };

  test("policy: exactly what the files need, issue and renew are the only writes", () => {
    expect(vaultAgentPolicy(context, plan)).toBe(
      [
        'path "tracing-test-pki/issue/w" {\n  capabilities = ["update"]\n}\n',
        'path "tracing-test-database/static-creds/w-reader" {\n  capabilities = ["read"]\n}\n',
        'path "secret/data/tracing/test/a" {\n  capabilities = ["read"]\n}\n',
        'path "auth/token/renew-self" {\n  capabilities = ["update"]\n}\n',
      ].join("\n"),
    );
    expect(vaultAgentPolicy(context, { workload: "w", files: [] })).not.toContain("issue");
  });

  test.each(plans(context).map((of) => [of.workload, of] as const))(
    "policy of %s has no wildcard, no foreign role",
    (name, of) => {
      const rules = [...vaultAgentPolicy(context, of).matchAll(/path "(.+)" \{\n {2}capabilities = \[(.+)\]/g)];
      expect(rules.length).toBe(vaultAgentPolicy(context, of).split("path ").length - 1);
      for (const [, path, capabilities] of rules) {
        expect(path).not.toMatch(/[*+]/);
        const writes = [`tracing-test-pki/issue/${name}`, "auth/token/renew-self"];
        expect(capabilities).toBe(writes.includes(path!) ? '"update"' : '"read"');
      }
    },
  );

  test("configuration: keeps its token, fails on a missing key, and leaves nothing readable behind", () => {
    const files = vaultAgentConfigMap(context, plan);
    expect(Object.keys(files).sort()).toEqual(["agent.json", "company-ca.crt"]);
    expect(files["company-ca.crt"]).toBe(`${companyCa}\n`);
    const { vault, auto_auth, template_config, template } = JSON.parse(files["agent.json"]!) as Loose;
    expect(vault).toEqual({ address: "https://vault.vault.svc:8200", ca_cert: "/vault/trust/company-ca.crt" });
    expect(auto_auth).toEqual({
      method: [
        {
          type: "jwt",
          mount_path: "auth/tracing-test-jwt",
          config: { path: "/vault/token/token", role: "w", remove_jwt_after_reading: false },
        },
      ],
    });
    // A Vault that is away must not end the agent of a running pod.
    expect(template_config.exit_on_retry_failure).toBe(false);
    expect(template).toHaveLength(3);
    for (const rendered of template as Loose[]) {
      expect(rendered).toMatchObject({ error_on_missing_key: true, perms: "0440", backup: false });
    }
    const [certificate, password, users] = template as Loose[];
    expect(certificate!.destination).toBe("/vault/secrets/bundle.pem");
    expect(certificate!.contents).toContain(
      '{{- with pkiCert "tracing-test-pki/issue/w" "common_name=w.tracing.svc" "alt_names=w-0" -}}',
    );
    const written = [...(certificate!.contents as string).matchAll(/\.(\w+) \| writeToFile "(\S+)" "" "" "(\d+)"/g)];
    expect(written.map(([, part, path, mode]) => `${part} ${path} ${mode}`)).toEqual([
      "Key /vault/secrets/tls.key 0640",
      "CA /vault/secrets/ca.crt 0640",
      "Cert /vault/secrets/tls.crt 0640",
      "CA /vault/secrets/tls.crt 0640",
    ]);
    expect(password).toMatchObject({
      destination: "/vault/secrets/password",
      contents: '{{- with secret "tracing-test-database/static-creds/w-reader" -}}{{ .Data.password }}{{- end -}}',
    });
    expect(users).toMatchObject({ destination: "/vault/secrets/users", contents: "{{ x }}" });
  });

  test("a certificate of one name has no other names", () => {
    const files = [{ kind: "certificate", dnsNames: ["w.tracing.svc"] } as const];
    const config = vaultAgentConfigMap(context, { workload: "w", files })["agent.json"];
    expect(config).toContain("common_name=w.tracing.svc");
    expect(config).not.toContain("alt_names");
  });

  test("containers: one renders before the rest starts, one stays beside it; secrets are in memory only", () => {
    const { initContainers, volumes, mount } = vaultAgentPod(context, "w");
    const [init, sidecar] = initContainers;
    const command = ["vault", "agent", "-config=/vault/config/agent.json"];
    expect(init).toMatchObject({ name: "vault-agent-init", command: [...command, "-exit-after-auth"] });
    expect(init!.restartPolicy).toBeUndefined();
    expect(sidecar).toMatchObject({ name: "vault-agent", command, restartPolicy: "Always", image: images.vault });
    expect(volumes).toEqual([
      { name: "vault-secrets", emptyDir: { medium: "Memory", sizeLimit: "4Mi" } },
      { name: "vault-agent", configMap: { name: "w-vault-agent" } },
      {
        name: "vault-token",
        projected: {
          sources: [{ serviceAccountToken: { audience: "vault", expirationSeconds: 3600, path: "token" } }],
        },
      },
    ]);
    expect(mount).toEqual({ name: "vault-secrets", mountPath: "/vault/secrets" });
    expect(vaultAgentPod(context, "w", "/elsewhere").mount.mountPath).toBe("/elsewhere");
  });

  test("paths carry the stack's name: two stacks can share a Vault", () => {
    const [one, other] = ["dev", "prod"].map((stack) => vaultPaths({ ...context, stack }));
    expect(one!.kv("x")).toBe("secret/data/tracing/dev/x");
    for (const key of ["pki", "jwt", "database", "policyPrefix"] as const) expect(one![key]).not.toBe(other![key]);
    const { settings } = contextOf({ vault: { ...context.settings.vault, kvMount: "company" } });
    expect(vaultPaths({ stack: "dev", settings }).kv("x")).toBe("company/data/tracing/dev/x");
  });
});

describe("agent beside an application", () => {
  const config = loose(agentConfig());

  test("listens on localhost only, and tells the gateway by a token who it is", () => {
    const { grpc, http } = config.receivers.otlp.protocols;
    expect([grpc.endpoint, http.endpoint]).toEqual(["127.0.0.1:4317", "127.0.0.1:4318"]);
    expect(config.extensions).toEqual({ bearertokenauth: { filename: "/var/run/secrets/tracing/token" } });
    expect(config.exporters.otlp_grpc).toMatchObject({
      endpoint: "otel-gateway.tracing.svc:4317",
      auth: { authenticator: "bearertokenauth" },
      tls: { ca_file: "/etc/otelcol/company-ca.crt", min_version: "1.3" },
    });
    expect(config.exporters.otlp_grpc.tls).not.toHaveProperty("insecure_skip_verify");
  });

  test("never blocks: a bounded queue in memory, an end to retries, a limit of memory first in the pipeline", () => {
    const { sending_queue, retry_on_failure } = config.exporters.otlp_grpc;
    expect(sending_queue).toMatchObject({ block_on_overflow: false, sizer: "items", queue_size: 5000 });
    expect(sending_queue).not.toHaveProperty("storage");
    expect(retry_on_failure.max_elapsed_time).toBe("5m");
    expect(config.service.pipelines.traces.processors[0]).toBe("memory_limiter");
    const { limit_mib, spike_limit_mib } = config.processors.memory_limiter;
    expect(limit_mib).toBeLessThan(96);
    expect(spike_limit_mib).toBeLessThan(limit_mib);
  });
});

describe("gateway", () => {
  const config = loose(gatewayConfig(context));

  test("authenticates senders by the cluster's keys and an audience of its own", () => {
    expect(config.extensions.oidc.providers).toEqual([
      {
        issuer_url: "https://kubernetes.default.svc.cluster.local",
        audience: "tracing-gateway",
        public_keys_file: "/etc/otelcol/service-account-keys.json",
      },
    ]);
    const { grpc } = config.receivers.otlp.protocols;
    expect(Object.keys(config.receivers.otlp.protocols)).toEqual(["grpc"]);
    expect(grpc.auth).toEqual({ authenticator: "oidc" });
    expect(grpc.tls).toMatchObject({ cert_file: "/vault/secrets/tls.crt", min_version: "1.3" });
    expect(config.service.extensions).toContain("oidc");
  });

  test("finds the order's id in both spellings of the path, and in messages only where there is none yet", () => {
    const { error_mode, trace_statements } = config.processors["transform/order"];
    // An odd span is passed on without an order's id: it must not stop the others.
    expect(error_mode).toBe("ignore");
    const pattern = /ExtractPatterns\(span\.attributes\["([a-z.]+)"\], "(.+?)"\)/;
    const extracts = (trace_statements as string[]).flatMap((statement) => pattern.exec(statement)?.slice(1, 3) ?? []);
    expect([extracts[0], extracts[2]]).toEqual(["url.path", "http.target"]);
    const inPath = new RegExp(extracts[1]!.replace("(?P<", "(?<"));
    const id = "0b7e2c9a-6f0e-4f5a-9a3d-2f6f9f1d8c11";
    expect(inPath.exec(`/api/orders/${id}/files?x=1`)?.groups?.["order_id"]).toBe(id);
    expect(inPath.exec("/orders/new")).toBeNull();
    const fromMessages = (trace_statements as string[]).filter((statement) => statement.includes("messaging."));
    expect(fromMessages).toHaveLength(4);
    for (const statement of fromMessages) expect(statement).toContain('where span.attributes["order.id"] == nil and ');
  });

  test("hands a whole trace to one sampler, over mutual TLS under the service's name", () => {
    const { routing_key, resolver, protocol, retry_on_failure } = config.exporters.load_balancing;
    expect(routing_key).toBe("traceID");
    expect(resolver.dns).toMatchObject({ hostname: "otel-sampler.tracing.svc", port: "4317" });
    expect(protocol.otlp.tls).toMatchObject({
      ca_file: "/vault/secrets/ca.crt",
      cert_file: "/vault/secrets/tls.crt",
      key_file: "/vault/secrets/tls.key",
      server_name_override: "otel-sampler.tracing.svc",
    });
    expect(retry_on_failure.max_elapsed_time).toBe("0s");
  });

  test("the key set holds public keys only, each with its algorithm", () => {
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ type: "spki", format: "pem" });
    const { keys } = JSON.parse(keySet([serviceAccountKey, ec.toString()])) as { keys: Loose[] };
    expect(keys.map(({ kty, alg, use }) => [kty, alg, use])).toEqual([
      ["RSA", "RS256", "sig"],
      ["EC", "ES256", "sig"],
    ]);
    expect(keysOf(keys)).not.toContain("d");
    expect(gatewayPlan(context).config["service-account-keys.json"]).toBe(keySet([serviceAccountKey]));
  });

  test("a key of another curve has its own algorithm", () => {
    const ec = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({ type: "spki", format: "pem" });
    expect(JSON.parse(keySet([ec.toString()]))).toMatchObject({ keys: [{ crv: "P-384", alg: "ES384" }] });
  });
});

describe("sampler", () => {
  const config = loose(samplerConfig(context));

  test("keeps errors and slow traces, and of the rest the stack's share", () => {
    expect(samplingPolicies({ percent: 20, slowMs: 2000, services: {} })).toEqual([
      { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
      { name: "slow", type: "latency", latency: { threshold_ms: 2000 } },
      { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: 20 } },
    ]);
  });

  test("a service can have a share of its own, even none; the default share is then that of the others", () => {
    const share = (sampling_percentage: number) => ({
      name: "share",
      type: "probabilistic",
      probabilistic: { sampling_percentage },
    });
    const named = (name: string, values: string[]) => ({
      name,
      type: "ottl_condition",
      ottl_condition: {
        error_mode: "propagate",
        span: values.map((value) => `resource.attributes["service.name"] == "${value}"`),
      },
    });
    const both = (name: string, and_sub_policy: object[]) => ({ name, type: "and", and: { and_sub_policy } });
    const policies = samplingPolicies({ percent: 20, slowMs: 500, services: { "shop-api": 0, "mes-api": 100 } });
    expect(policies.slice(2)).toEqual([
      both("share-mes-api", [named("mes-api", ["mes-api"]), share(100)]),
      both("share-shop-api", [named("shop-api", ["shop-api"]), share(0)]),
      both("share-others", [
        { name: "others", type: "not", not: { not_sub_policy: named("own-share", ["mes-api", "shop-api"]) } },
        share(20),
      ]),
    ]);
    const names = policies.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(JSON.stringify(policies)).not.toMatch(/UNSET|"OK"/);
  });

  test("routes each group to its own collector, and what has no known group to that of the unassigned", () => {
    expect(config.connectors.routing).toEqual({
      error_mode: "propagate",
      default_pipelines: ["traces/unassigned"],
      table: groups.map((group) => ({
        context: "resource",
        condition: `attributes["tracing.group"] == "${group}"`,
        pipelines: [`traces/${group}`],
      })),
    });
    const { pipelines } = config.service;
    expect(Object.keys(pipelines).sort()).toEqual(["traces/in", ...storage.map((group) => `traces/${group}`)].sort());
    expect(pipelines["traces/in"].processors).toEqual(["memory_limiter", "tail_sampling"]);
    for (const group of storage) {
      expect(pipelines[`traces/${group}`]).toEqual({ receivers: ["routing"], exporters: [`otlp_grpc/${group}`] });
      expect(config.exporters[`otlp_grpc/${group}`].endpoint).toBe(`jaeger-collector-${group}.tracing.svc:4317`);
    }
  });

  test("what is kept waits on a disk, synced, without an end to retries, and blocks when full", () => {
    const queue = config.extensions["file_storage/queue"];
    expect(queue).toMatchObject({ directory: "/var/lib/otelcol", fsync: true });
    expect(config.service.extensions).toContain("file_storage/queue");
    for (const group of storage) {
      const { sending_queue, retry_on_failure, tls } = config.exporters[`otlp_grpc/${group}`];
      expect(sending_queue).toMatchObject({
        enabled: true,
        storage: "file_storage/queue",
        sizer: "items",
        block_on_overflow: true,
      });
      expect(sending_queue.batch.max_size).toBeLessThan(sending_queue.queue_size);
      expect(retry_on_failure).toMatchObject({ enabled: true, max_elapsed_time: "0s" });
      expect(Object.keys(tls)).toEqual(expect.arrayContaining(["ca_file", "cert_file", "key_file"]));
    }
    expect(samplerPlan(context).claim?.mountPath).toBe(queue.directory);
    expect(samplerPlan(context).kind).toBe("StatefulSet");
  });

  test("lets in holders of the stack's certificates only", () => {
    expect(config.receivers.otlp.protocols.grpc.tls).toMatchObject({
      client_ca_file: "/vault/secrets/ca.crt",
      min_version: "1.3",
    });
  });
});

test("no collector has a batch processor, every one a memory limiter first, none skips the check of a certificate", () => {
  const configs = [
    agentConfig(),
    gatewayConfig(context),
    samplerConfig(context),
    ...storage.map((group) => jaegerCollectorConfig(context, group)),
    ...views.map((view) => jaegerQueryConfig(context, view)),
  ].map(loose);
  for (const config of configs) {
    expect(Object.keys(config.processors ?? {}).filter((name) => name.startsWith("batch"))).toEqual([]);
    for (const [name, { receivers, processors = [] }] of Object.entries(loose(config.service.pipelines))) {
      if (receivers[0] === "otlp") expect([name, processors[0]]).toEqual([name, "memory_limiter"]);
    }
    const forbidden = ["insecure", "insecure_skip_verify", "skip_host_verify", "include_system_ca_certs_pool"];
    expect(keysOf(config).filter((key) => forbidden.includes(key))).toEqual([]);
    // What is used is defined: the collector would refuse to start.
    expect(Object.keys(config.extensions)).toEqual(expect.arrayContaining(config.service.extensions));
    expect(config.service.telemetry.logs.level).toBe("info");
  }
});

describe("Jaeger", () => {
  const storeOf = (config: unknown) => loose(config).extensions.jaeger_storage.backends.store.elasticsearch;

  test.each(storage)("the collector of %s writes under its own prefix, as its own user", (group) => {
    const store = storeOf(jaegerCollectorConfig(context, group));
    expect(store.indices.index_prefix).toBe(group);
    expect(store.auth.basic).toEqual({
      username: `${group}-jaeger-writer`,
      password_file: "/vault/secrets/elasticsearch-password",
      reload_interval: "10s",
    });
    const { files, workload } = jaegerCollectorPlan(context, group);
    expect(workload).toBe(`jaeger-collector-${group}`);
    expect(files).toEqual([
      { kind: "certificate", dnsNames: [`jaeger-collector-${group}.tracing.svc`] },
      { kind: "password", file: "elasticsearch-password", role: `${group}-jaeger-writer` },
    ]);
  });

  test.each(views)("the query of %s reads under its own prefix, as its own user, and serves TLS", (view) => {
    const config = jaegerQueryConfig(context, view);
    const store = storeOf(config);
    expect([store.indices.index_prefix, store.auth.basic.username]).toEqual([view, `${view}-jaeger-reader`]);
    const { http, grpc } = config.extensions.jaeger_query;
    expect(http.tls).toMatchObject({ cert_file: "/vault/secrets/tls.crt", min_version: "1.3" });
    expect(grpc.endpoint).toMatch(/^127\.0\.0\.1:/);
    expect(jaegerQueryPlan(context, view).files.at(-1)).toMatchObject({ role: `${view}-jaeger-reader` });
    // It takes no spans.
    expect(config.service.pipelines.traces.receivers).toEqual(["nop"]);
  });

  test("keeps to keys that 2.13 and 2.19 take, leaves indices to the stack, and never has a password in its file", () => {
    const configs = [
      ...storage.map((group) => jaegerCollectorConfig(context, group)),
      jaegerQueryConfig(context, "all"),
    ];
    for (const config of configs) {
      const store = storeOf(config);
      const { backends } = config.extensions.jaeger_storage;
      expect(store).toMatchObject({
        use_aliases: true,
        create_mappings: false,
        version: 8,
        disable_health_check: true,
      });
      expect(store.tls).toEqual({ ca_file: "/etc/jaeger/elasticsearch-ca.crt", min_version: "1.3" });
      // Only 2.14 and newer know it.
      expect(keysOf(config)).not.toContain("rotation");
      expect(keysOf(backends)).not.toContain("password");
      // Jaeger has to know at once that a span is stored: else it is lost with the pod.
      expect(keysOf(config)).not.toContain("sending_queue");
    }
  });

  test("uses the company's cluster, with its CA, where there is one", () => {
    const other = { ...contextOf({ elasticsearch: external }), elasticsearchCa: "OTHER" };
    expect(storeUrl(other.settings)).toBe("https://search.example");
    expect(storeOf(jaegerQueryConfig(other, "all")).server_urls).toEqual(["https://search.example"]);
    expect(jaegerQueryPlan(other, "all").config["elasticsearch-ca.crt"]).toBe("OTHER\n");
    expect(jaegerQueryPlan(other, "all").flows.egress).toEqual([{ peer: "anywhere", port: 443 }]);
    expect(storeUrl(context.settings)).toBe("https://elasticsearch.tracing.svc:9200");
    expect(jaegerQueryPlan(context, "all").flows.egress).toEqual([{ peer: { workload: "elasticsearch" }, port: 9200 }]);
  });
});

describe("store", () => {
  const plan = storePlan(context);

  test("each group has indices, and every one is in the group's view and in that of all", () => {
    expect(plan.indices.map(({ name }) => name)).toEqual(
      storage.flatMap((group) => [`${group}-jaeger-span`, `${group}-jaeger-service`]),
    );
    for (const { name, writeAlias, template } of plan.indices) {
      const [group, kind] = name.split("-jaeger-");
      expect(writeAlias).toBe(`${group}-jaeger-${kind}-write`);
      expect(template.aliases).toEqual([`${group}-jaeger-${kind}-read`, `all-jaeger-${kind}-read`]);
      expect(template.settings).toMatchObject({
        "index.lifecycle.name": "tracing-test",
        "index.lifecycle.rollover_alias": writeAlias,
        "index.number_of_replicas": 0,
      });
      expect(template.mappings).toHaveProperty("properties.operationName.type", "keyword");
    }
  });

  test("each user has the least of rights on names of its own", () => {
    expect(plan.users).toEqual([
      ...storage.map((group) => ({
        name: `${group}-jaeger-writer`,
        cluster: ["cluster:monitor/main"],
        indices: {
          names: [`${group}-jaeger-span-write`, `${group}-jaeger-service-write`],
          privileges: ["index"],
        },
      })),
      ...views.map((view) => ({
        name: `${view}-jaeger-reader`,
        cluster: [],
        indices: { names: [`${view}-jaeger-span-read`, `${view}-jaeger-service-read`], privileges: ["read"] },
      })),
    ]);
  });

  test("no two groups share a name, no user may use a pattern, none may both read and write", () => {
    const unique = (names: string[]) => expect(new Set(names).size).toBe(names.length);
    unique(plan.indices.flatMap(({ name, writeAlias, template }) => [name, writeAlias, template.aliases[0]!]));
    unique(plan.users.map(({ name }) => name));
    unique(plan.users.flatMap(({ indices }) => indices.names));
    for (const { indices } of plan.users) {
      expect(indices.names.join()).not.toContain("*");
      expect(indices.privileges).toHaveLength(1);
    }
    // A pattern of one group's template must not match an index of another.
    for (const { name } of plan.indices) {
      expect(plan.indices.filter((other) => `${other.name}-000001`.startsWith(`${name}-`))).toHaveLength(1);
    }
  });

  test("users of the plan are those that Jaeger logs in as", () => {
    const roles = plans(context).flatMap(({ files }) =>
      files.flatMap((file) => (file.kind === "password" ? [file.role] : [])),
    );
    expect(roles.sort()).toEqual(plan.users.map(({ name }) => name).sort());
  });

  test("one number of days is the retention; without lifecycle management there is none", () => {
    expect(plan.lifecycle).toEqual({
      name: "tracing-test",
      rolloverMaxAge: "1d",
      rolloverMaxSize: "50gb",
      deleteMinAge: "14d",
    });
    const without = storePlan(contextOf({ elasticsearch: { ...managed, lifecycle: false } }));
    expect(without.lifecycle).toBeNull();
    expect(JSON.stringify(without.indices)).not.toContain("lifecycle");
    const [index] = storePlan(contextOf({ elasticsearch: external })).indices;
    expect(index!.template.settings).toMatchObject({ "index.number_of_replicas": 1 });
  });

  test("a password hash that no password has: same in every run, of bcrypt's form, different for every user", async () => {
    const hash = unusablePasswordHash("test", "a");
    expect(hash).toBe(unusablePasswordHash("test", "a"));
    expect(hash).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
    expect(new Set([hash, unusablePasswordHash("test", "b"), unusablePasswordHash("prod", "a")]).size).toBe(3);
    expect(bcrypt.getRounds(hash)).toBe(10);
    for (const guess of ["", "a", "test/a", hash]) expect(await bcrypt.compare(guess, hash)).toBe(false);
  });
});

describe("managed Elasticsearch", () => {
  const plan = managedElasticsearchPlan(context);
  const config = load(plan.config["elasticsearch.yml"]!) as Loose;

  test("has TLS and security on, no built-in users, and users from Vault alone", () => {
    expect(config["xpack.security.enabled"]).toBe(true);
    for (const layer of ["http", "transport"]) {
      expect(config[`xpack.security.${layer}.ssl`]).toMatchObject({
        enabled: true,
        key: "tls.key",
        certificate: "tls.crt",
        certificate_authorities: "ca.crt",
      });
    }
    expect(config["xpack.security.authc.reserved_realm.enabled"]).toBe(false);
    expect(config["xpack.security.authc.realms.file.bootstrap.order"]).toBe(0);
    expect(plan.config["users_roles"]).toBe("provisioner:provisioner\nvault:vault\n");
    const users = plan.files.find((file) => file.kind === "template")!;
    expect(users.reads).toEqual(Object.values(generatedUsers).map((name) => `secret/data/tracing/test/${name}`));
    for (const path of users.reads) expect(users.contents).toContain(`secret "${path}"`);
    expect(users.contents).toContain(".Data.data.hash");
    expect(users.contents).not.toContain(".Data.data.password");
  });

  test("has no secret in its plan: no hash, no key, no password", () => {
    const text = JSON.stringify(plan);
    expect(text).not.toMatch(/\$2[aby]\$|PRIVATE KEY|ELASTIC_PASSWORD|bootstrap\.password/);
    expect(plan.container.env).toEqual([
      { name: "ES_JAVA_OPTS", value: "-Xms1024m -Xmx1024m" },
      { name: "ES_TMPDIR", value: "/tmp" },
    ]);
  });

  test("gives its two users what they need, and no document", () => {
    const roles = load(plan.config["roles.yml"]!) as Loose;
    expect(Object.keys(roles)).toEqual(Object.keys(generatedUsers));
    expect(roles.vault).toEqual({ cluster: ["manage_security"] });
    expect(roles.provisioner.indices).toEqual([
      { names: ["*-jaeger-*"], privileges: ["create_index", "manage", "view_index_metadata"] },
    ]);
    for (const { cluster, indices = [] } of Object.values(roles)) {
      const given = [cluster, ...(indices as Loose[]).map(({ privileges }) => privileges)].flat();
      for (const right of ["all", "read", "write", "index", "superuser"]) expect(given).not.toContain(right);
    }
  });

  test("never makes a missing write alias into an index", () => {
    expect(config["action.auto_create_index"]).toBe("-*jaeger-*-write,+*");
    for (const { writeAlias } of storePlan(context).indices) expect(writeAlias).toMatch(/jaeger-.*-write$/);
  });

  test("memory holds the heap and as much beside it; its disk is what the stack says", () => {
    const own = managedElasticsearchPlan(contextOf({ elasticsearch: { ...managed, heapMib: 2048, storageGib: 7 } }));
    expect(own.container.env).toContainEqual({ name: "ES_JAVA_OPTS", value: "-Xms2048m -Xmx2048m" });
    expect(parseInt(loose(own.container.resources).limits.memory as string)).toBeGreaterThanOrEqual(2 * 2048);
    expect(own.claim).toEqual({ mountPath: "/usr/share/elasticsearch/data", storageGib: 7 });
  });

  test("lets in Jaeger's pods and Vault, nobody else, and is not planned for an external cluster", () => {
    const peers = plan.flows.ingress!.map(({ peer }) => peer);
    expect(peers).toEqual([
      ...storage.map((group) => ({ workload: `jaeger-collector-${group}` })),
      ...views.map((view) => ({ workload: `jaeger-query-${view}` })),
      { namespace: "vault" },
    ]);
    expect(plan.flows.ingress!.every(({ port }) => port === 9200)).toBe(true);
    expect(() => managedElasticsearchPlan(contextOf({ elasticsearch: external }))).toThrow("external");
  });

  test("a Vault outside of the cluster comes by a name that the certificate has, from ranges of its own", () => {
    const publish = { host: "elasticsearch.example", ranges: ["10.20.0.0/16"], annotations: { team: "orders" } };
    const outside = contextOf({
      vault: { ...context.settings.vault, address: "https://vault.example:8200" },
      elasticsearch: { ...managed, publish },
    });
    const own = managedElasticsearchPlan(outside);
    expect(own.files[0]).toMatchObject({ kind: "certificate" });
    expect(loose(own.files[0]).dnsNames).toContain("elasticsearch.example");
    expect(own.flows.ingress!.at(-1)).toEqual({ peer: { ranges: ["10.20.0.0/16"] }, port: 9200 });
    expect(JSON.stringify(own.flows.ingress)).not.toContain("anywhere");
    // The pods go the short way, those outside by the name.
    expect(storeUrl(outside.settings)).toBe("https://elasticsearch.tracing.svc:9200");
    expect(storeAdminUrl(outside.settings)).toBe("https://elasticsearch.example:9200");
    expect(storeAdminUrl(context.settings)).toBe(storeUrl(context.settings));

    const service = loose(internalLoadBalancer("elasticsearch", 9200, publish));
    expect(service.spec).toMatchObject({ loadBalancerSourceRanges: ["10.20.0.0/16"], externalTrafficPolicy: "Local" });
    expect(service.metadata.annotations).toMatchObject({
      "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
      "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
      "networking.gke.io/load-balancer-type": "Internal",
      team: "orders",
    });
  });
});

describe("network policies", () => {
  test("an address in the cluster is allowed by its namespace, another one by its port", () => {
    const inside = { namespace: "vault" };
    expect(hostFlow("https://vault.vault.svc:8200")).toEqual({ peer: inside, port: 8200 });
    expect(hostFlow("https://vault.vault.svc.cluster.local")).toEqual({ peer: inside, port: 443 });
    expect(hostFlow("https://vault.example:8243")).toEqual({ peer: "anywhere", port: 8243 });
    expect(hostFlow("https://vault.example")).toEqual({ peer: "anywhere", port: 443 });
    // A public name is not taken for a Service.
    expect(hostFlow("https://vault.svc.example.com:1").peer).toBe("anywhere");
    expect(hostFlow("https://vault.prod.svcs.example:1").peer).toBe("anywhere");
  });

  // A URL drops the port that its scheme implies: the policy would open 8200 while the connection goes to 443.
  test("an address with https's own port is not opened at another", () => {
    expect(hostFlow("https://vault.example:443")).toEqual({ peer: "anywhere", port: 443 });
  });

  test("opens exactly what is listed, in both directions", () => {
    const { metadata, spec } = loose(
      networkPolicy("w", {
        ingress: [
          { peer: { ranges: ["10.8.0.0/16", "fd00::/8"] }, port: 1 },
          { peer: { namespace: "shop", workload: "x" }, port: 2 },
        ],
        egress: [
          { peer: { workload: "y" }, port: 3 },
          { peer: "anywhere", port: 4 },
          { peer: { namespace: "vault" }, port: 5 },
        ],
      }),
    );
    expect(metadata).toMatchObject({ name: "w", namespace: "tracing" });
    expect(spec.policyTypes).toEqual(["Ingress", "Egress"]);
    expect(spec.podSelector).toEqual({ matchLabels: { "app.kubernetes.io/name": "w" } });
    const pods = (name: string) => ({ podSelector: { matchLabels: { "app.kubernetes.io/name": name } } });
    const space = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
    const tcp = (port: number) => [{ protocol: "TCP", port }];
    expect(spec.ingress).toEqual([
      { from: [{ ipBlock: { cidr: "10.8.0.0/16" } }, { ipBlock: { cidr: "fd00::/8" } }], ports: tcp(1) },
      // Namespace and pod in one peer: both must match.
      { from: [{ ...space("shop"), ...pods("x") }], ports: tcp(2) },
    ]);
    expect(spec.egress).toEqual([
      { to: [pods("y")], ports: tcp(3) },
      { to: [], ports: tcp(4) },
      { to: [space("vault")], ports: tcp(5) },
    ]);
    // An empty list of ranges would let everybody in.
    expect(() => networkPolicy("w", { ingress: [{ peer: { ranges: [] }, port: 6 }] })).toThrow("no address range");
    // Nothing listed: nothing allowed, rather than a policy that does not apply.
    expect(loose(networkPolicy("w", {})).spec).toMatchObject({
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: [],
    });
  });

  test("every connection between workloads is opened at both of its ends", () => {
    const all = plans(context);
    const flowsOf = (direction: "ingress" | "egress") =>
      all.flatMap(({ workload, flows }) =>
        (flows[direction] ?? []).flatMap(({ peer, port }) => {
          if (peer === "anywhere" || !("workload" in peer) || "namespace" in peer) return [];
          return direction === "egress"
            ? `${workload} -> ${peer.workload}:${port}`
            : `${peer.workload} -> ${workload}:${port}`;
        }),
      );
    const out = flowsOf("egress").sort();
    expect(out).toEqual(flowsOf("ingress").sort());
    expect(out).toContain("otel-gateway -> otel-sampler:4317");
    expect(out).toHaveLength(1 + storage.length + storage.length + views.length);
  });

  test("the gateway lets in the namespaces of the traced services, Jaeger's pages the VPN's ranges only", () => {
    expect(gatewayPlan(context).flows.ingress).toEqual(
      ["crm", "mes", "shop"].map((namespace) => ({ peer: { namespace }, port: 4317 })),
    );
    const together = { "crm-api": { namespace: "shop" }, "mes-api": { enabled: false } };
    expect(gatewayPlan(contextOf({ services: together })).flows.ingress).toEqual([
      { peer: { namespace: "shop" }, port: 4317 },
    ]);
    for (const view of views) {
      expect(jaegerQueryPlan(context, view).flows.ingress).toEqual([
        { peer: { ranges: ["10.8.0.0/16", "fd00::/8"] }, port: 16686 },
      ]);
    }
  });
});

describe("pods", () => {
  type Security = Loose | undefined;
  /** What is wrong with a container by Pod Security "restricted" and the stack's own rules. */
  function faults({ securityContext, resources, image, name }: Container, pod: Security): string[] {
    const own = loose(securityContext ?? {});
    const { requests, limits } = loose(resources ?? {});
    const rules: [string, boolean][] = [
      ["may gain privileges", own.allowPrivilegeEscalation === false],
      ["may be root", own.runAsNonRoot === true],
      ["has capabilities", JSON.stringify(own.capabilities) === '{"drop":["ALL"]}'],
      ["has no seccomp profile", own.seccompProfile?.type === "RuntimeDefault"],
      ["writes to its root file system", own.readOnlyRootFilesystem === true],
      ["is privileged", own.privileged === undefined],
      ["is user 0, or whom the image says", Number(own.runAsUser ?? pod?.runAsUser) > 0],
      ["asks for no CPU", typeof requests?.cpu === "string"],
      ["asks for no memory", typeof requests?.memory === "string"],
      ["has no limit of memory", typeof limits?.memory === "string"],
      ["has a limit of CPU", limits?.cpu === undefined],
      ["has an image without an exact version", /:v?\d+\.\d+\.\d+$/.test(image as string)],
    ];
    return rules.filter(([, kept]) => !kept).map(([fault]) => `${name as string} ${fault}`);
  }

  const all = [...plans(context), ...plans(contextOf({ elasticsearch: external }))];

  test.each(
    all.map(
      (plan, index) => [`${plan.workload} (${index < plans(context).length ? "managed" : "external"})`, plan] as const,
    ),
  )("%s is restricted, sized and alone with its identity", (_, plan) => {
    const { metadata, spec } = podTemplate(context, plan);
    const pod = loose(spec);
    const containers = [...spec.initContainers, ...spec.containers] as Container[];
    expect(containers.flatMap((container) => faults(container, spec.securityContext))).toEqual([]);
    expect(pod).toMatchObject({
      serviceAccountName: plan.workload,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: plan.uid,
        fsGroup: plan.uid,
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    for (const key of ["hostNetwork", "hostPID", "hostIPC"]) expect(pod).not.toHaveProperty(key);
    // Volume types of "restricted"; nothing of the node, and no Secret object.
    const types = ["name", "configMap", "emptyDir", "projected"];
    for (const volume of spec.volumes) expect(types).toEqual(expect.arrayContaining(Object.keys(volume)));
    expect(JSON.stringify(spec)).not.toMatch(/secretKeyRef|secretName|hostPath|hostPort/);
    // Every mount has its volume or disk, every path is mounted once.
    const volumes = [...spec.volumes.map(({ name }) => name as string), ...(plan.claim ? ["data"] : [])];
    expect(new Set(volumes).size).toBe(volumes.length);
    for (const container of containers) {
      const mounts = (container.volumeMounts ?? []) as { name: string; mountPath: string }[];
      expect(volumes).toEqual(expect.arrayContaining(mounts.map(({ name }) => name)));
      expect(new Set(mounts.map(({ mountPath }) => mountPath)).size).toBe(mounts.length);
    }
    expect(spec.containers[0]).toMatchObject({ startupProbe: {}, readinessProbe: {} });
    expect(metadata.labels).toMatchObject({ "app.kubernetes.io/name": plan.workload });
  });

  test.each(context.landscape.services)("what is put beside $id is restricted and sized", (service) => {
    for (const runtime of ["java", "dotnet", "nodejs"] as const) {
      const { initContainers } = loose(deploymentPatch(context, { ...service, runtime }).spec).template.spec;
      expect(initContainers).toHaveLength(2);
      expect((initContainers as Container[]).flatMap((container) => faults(container, undefined))).toEqual([]);
    }
  });

  test("the checks above can fail", () => {
    expect(faults({ name: "x", image: "x:latest" }, undefined)).toHaveLength(10);
  });

  test("more than one pod is spread over nodes", () => {
    const of = (gateway: number) => podTemplate(context, gatewayPlan(contextOf({ replicas: { gateway } }))).spec;
    expect(of(1)).not.toHaveProperty("topologySpreadConstraints");
    expect(of(2)).toHaveProperty("topologySpreadConstraints.0.topologyKey", "kubernetes.io/hostname");
  });

  test("a change of a configuration rolls the pods that read it, and only those", () => {
    const sums = (of: Context) =>
      Object.fromEntries(plans(of).map((plan) => [plan.workload, podTemplate(of, plan).metadata.annotations]));
    const before = sums(context);
    expect(sums(contextOf())).toEqual(before);
    const changed = (changes: Record<string, unknown>) => {
      const after = sums(contextOf(changes));
      return Object.keys(before).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
    };
    expect(changed({ sampling: { percent: 5 } })).toEqual(["otel-sampler"]);
    expect(changed({ services: { "mes-api": { serviceAccount: "x" } } })).toEqual(["otel-gateway"]);
    expect(changed({ retentionDays: 1 })).toEqual([]);
    const rolled = sums({ ...context, serviceAccountKeys: [] });
    expect(rolled["otel-gateway"]).not.toEqual(before["otel-gateway"]);
    expect(checksum({ a: "1" })).not.toEqual(checksum({ a: "2" }));
    expect(Object.values(checksum("x"))[0]).toMatch(/^[0-9a-f]{16}$/);
  });

  // Vault Agent reads its configuration and the company's CA at its start only.
  test("a change of Vault's address or CA rolls the pods, whose agents read it at their start", () => {
    const moved = contextOf({ vault: { ...context.settings.vault, address: "https://vault.moved.svc:8200" } });
    const annotations = (of: Context) => podTemplate(of, gatewayPlan(of)).metadata.annotations;
    expect(annotations(moved)).not.toEqual(annotations(context));
  });
});

describe("wiring", () => {
  const patchOf = (service: Service, of = context) => loose(deploymentPatch(of, service));
  const podOf = (patch: Loose) => patch.spec.template.spec as Loose;
  const sdk = {
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: "2048",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_LOGS_EXPORTER: "none",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_PROPAGATORS: "tracecontext",
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
    OTEL_SERVICE_NAME: "shop-api",
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_TRACES_SAMPLER: "always_on",
  };
  const runtimes = {
    java: {
      image: images.autoinstrumentationJava,
      copy: "cp /javaagent.jar /otel-instrumentation/javaagent.jar",
      env: {
        JAVA_TOOL_OPTIONS: "-javaagent:/otel-instrumentation/javaagent.jar",
        OTEL_INSTRUMENTATION_MESSAGING_EXPERIMENTAL_CAPTURE_HEADERS: "x-order-id",
      },
    },
    dotnet: {
      image: images.autoinstrumentationDotnet,
      copy: "cp -r /autoinstrumentation/. /otel-instrumentation",
      env: {
        CORECLR_ENABLE_PROFILING: "1",
        CORECLR_PROFILER: "{918728DD-259F-4A6A-AC2B-B85E1B658318}",
        CORECLR_PROFILER_PATH: "/otel-instrumentation/linux-x64/OpenTelemetry.AutoInstrumentation.Native.so",
        DOTNET_ADDITIONAL_DEPS: "/otel-instrumentation/AdditionalDeps",
        DOTNET_SHARED_STORE: "/otel-instrumentation/store",
        DOTNET_STARTUP_HOOKS: "/otel-instrumentation/net/OpenTelemetry.AutoInstrumentation.StartupHook.dll",
        OTEL_DOTNET_AUTO_HOME: "/otel-instrumentation",
      },
    },
    nodejs: {
      image: images.autoinstrumentationNodejs,
      copy: "cp -r /autoinstrumentation/. /otel-instrumentation",
      env: { NODE_OPTIONS: "--require /otel-instrumentation/autoinstrumentation.js" },
    },
  };

  test.each(Object.entries(runtimes))(
    "%s: exactly these variables, sorted, and the image that brings the code",
    (runtime, wanted) => {
      const pod = podOf(patchOf({ ...shop, runtime: runtime as Service["runtime"] }));
      const env = pod.containers[0].env as { name: string; value: string }[];
      expect(Object.fromEntries(env.map(({ name, value }) => [name, value]))).toEqual({ ...sdk, ...wanted.env });
      expect(env.map(({ name }) => name)).toEqual(Object.keys({ ...sdk, ...wanted.env }).sort());
      expect(pod.initContainers[0]).toMatchObject({
        name: "otel-instrumentation",
        image: wanted.image,
        command: ["/bin/sh", "-c", wanted.copy],
        volumeMounts: [{ name: "otel-instrumentation", mountPath: instrumentationDir }],
      });
      expect(pod.initContainers[0]).not.toHaveProperty("restartPolicy");
    },
  );

  test("owns entries of its own only: nothing of the application is named but the container that they go into", () => {
    const patch = patchOf(shop);
    expect(patch.metadata).toMatchObject({ name: "shop-api", namespace: "shop" });
    expect(patch.metadata.annotations["pulumi.com/patchFieldManager"]).toBe("tracing-shop-api");
    // A conflict with the application's owner must be an error.
    expect(JSON.stringify(patch)).not.toContain("patchForce");
    expect(Object.keys(patch.spec)).toEqual(["template"]);
    expect(Object.keys(patch.spec.template)).toEqual(["metadata", "spec"]);
    expect(Object.keys(patch.spec.template.metadata)).toEqual(["annotations"]);
    const pod = podOf(patch);
    expect(Object.keys(pod).sort()).toEqual(["containers", "initContainers", "volumes"]);
    expect(pod.containers).toHaveLength(1);
    expect(Object.keys(pod.containers[0]).sort()).toEqual(["env", "name", "volumeMounts"]);
    expect(pod.containers[0]).toMatchObject({
      name: "shop-api",
      volumeMounts: [{ name: "otel-instrumentation", mountPath: "/otel-instrumentation", readOnly: true }],
    });
    const names = [...pod.initContainers, ...pod.volumes].map(({ name }: Loose) => name as string);
    for (const name of names) expect(name).toMatch(/^otel-/);
  });

  test("uses the stack's names of Deployment, container and namespace", () => {
    const patch = patchOf({ ...shop, deployment: "web", container: "app", namespace: "prod" });
    expect(patch.metadata).toMatchObject({ name: "web", namespace: "prod" });
    expect(podOf(patch).containers[0].name).toBe("app");
    // What the catalogue calls it stays: spans and field manager follow the id.
    expect(patch.metadata.annotations["pulumi.com/patchFieldManager"]).toBe("tracing-shop-api");
    expect(podOf(patch).containers[0].env).toContainEqual({ name: "OTEL_SERVICE_NAME", value: "shop-api" });
  });

  test("the agent is a native sidecar without probes, with a token for the gateway and no port to the outside", () => {
    const pod = podOf(patchOf(shop));
    const agent = pod.initContainers[1] as Loose;
    expect(agent).toMatchObject({ name: "otel-agent", restartPolicy: "Always", image: images.collector });
    // It must not keep its application from starting.
    for (const key of ["startupProbe", "readinessProbe", "livenessProbe", "ports"])
      expect(agent).not.toHaveProperty(key);
    expect(agent.resources.limits).toEqual({ memory: "96Mi" });
    const token = pod.volumes.find(({ name }: Loose) => name === "otel-gateway-token") as Loose;
    expect(token.projected.sources).toEqual([
      { serviceAccountToken: { audience: "tracing-gateway", expirationSeconds: 3600, path: "token" } },
    ]);
    // Where the agent's configuration looks for it.
    const mounted = agent.volumeMounts.find(({ name }: Loose) => name === "otel-gateway-token") as Loose;
    expect(`${mounted.mountPath}/token`).toBe(agentConfig().extensions.bearertokenauth.filename);
    expect(pod.volumes).toContainEqual({ name: "otel-agent-config", configMap: { name: "otel-agent-shop-api" } });
  });

  test("any change of the patch shows in its own annotation, by which the engine knows that there is one", () => {
    const sum = (service: Service, of = context) =>
      patchOf(service, of).metadata.annotations["order-tracing/config-checksum"] as string;
    const changed = [
      sum({ ...shop, runtime: "nodejs" }),
      sum({ ...shop, container: "app" }),
      sum(shop, contextOf({ images: { registry: "mirror.example" } })),
      sum(shop, { ...context, companyCa: "other" }),
      sum(shop, { ...context, stack: "other" }),
    ];
    expect(sum(shop)).toMatch(/^[0-9a-f]{16}$/);
    expect(sum(shop, contextOf())).toBe(sum(shop));
    expect(new Set([sum(shop), ...changed]).size).toBe(1 + changed.length);
  });

  test("a change of the agent's files or of the CA rolls the application's pods", () => {
    const sum = (of: Context) => patchOf(shop, of).spec.template.metadata.annotations as unknown;
    expect(sum(contextOf())).toEqual(sum(context));
    expect(sum({ ...context, companyCa: "other" })).not.toEqual(sum(context));
    expect(agentConfigData(context)).toEqual({
      "config.yaml": renderYaml(agentConfig()),
      "company-ca.crt": `${companyCa}\n`,
    });
  });

  test("comes through the mirror, like everything", () => {
    const mirrored = contextOf({ images: { registry: "mirror.example" } });
    const found = [
      ...(podOf(patchOf(shop, mirrored)).initContainers as Container[]),
      ...plans(mirrored).flatMap((plan) => {
        const { initContainers, containers } = podTemplate(mirrored, plan).spec;
        return [...initContainers, ...containers] as Container[];
      }),
    ].map(({ image }) => image as string);
    expect(found.filter((image) => !image.startsWith("mirror.example/"))).toEqual([]);
  });
});

test("plans are the same in every run, and files are written with sorted keys and whole lines", () => {
  expect(JSON.stringify(plans(contextOf()))).toBe(JSON.stringify(plans(context)));
  const long = randomBytes(200).toString("hex");
  expect(renderYaml({ b: long, a: { d: 1, c: [2] } })).toBe(`a:\n  c:\n    - 2\n  d: 1\nb: ${long}\n`);
  for (const { config } of plans(context)) {
    for (const [name, text] of Object.entries(config)) {
      if (name.endsWith(".yaml")) expect(renderYaml(load(text))).toBe(text);
    }
  }
});
