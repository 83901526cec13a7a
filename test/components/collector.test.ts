import "../support/without-sdks.ts";
import { generateKeyPairSync } from "node:crypto";
import { agentConfig } from "../../components/collector/agent-config.ts";
import { gatewayConfig } from "../../components/collector/gateway-config.ts";
import { keySet } from "../../components/collector/token-keys.ts";
import { batchByBytes } from "../../components/otel/message-sizes.ts";
import { samplerConfig, samplingPolicies } from "../../components/collector/sampler-config.ts";
import { gatewayPlan, samplerPlan } from "../../components/collector/workloads.ts";
import { jaegerCollectorConfig, jaegerQueryConfig } from "../../components/jaeger/config.ts";
import { companyCa, context, contextOf, groups, serviceAccountKey, storage, views } from "../support/context.ts";
import { keysOf, loose, type Loose } from "../support/loose.ts";

describe("agent beside an application", () => {
  const config = loose(agentConfig(context.settings.sizes.agent, context.landscape.services[0]!));

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
    expect(sending_queue).toMatchObject({ block_on_overflow: false, sizer: "bytes", queue_size: 8_000_000 });
    expect(sending_queue).not.toHaveProperty("storage");
    expect(retry_on_failure.max_elapsed_time).toBe("86400s");
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

  test("asks the issuer for keys where it can, by its CA, and may go to its addresses only", () => {
    const of = (oidc: object) => {
      const issuer = { serviceAccountIssuer: "https://issuer.example/id/1" };
      const asked = {
        ...contextOf({ cluster: { ...issuer, oidc } }),
        serviceAccountKeys: undefined,
        issuerCa: companyCa,
      };
      const { config: files, flows } = gatewayPlan(asked);
      return { provider: loose(gatewayConfig(asked)).extensions.oidc.providers[0] as Loose, files, flows };
    };
    const { provider, files, flows } = of({ vaultKeys: "issuer", ranges: ["10.20.0.5/32"], port: 6443 });
    expect(provider).toEqual({
      issuer_url: "https://issuer.example/id/1",
      audience: "tracing-gateway",
      issuer_ca_path: "/etc/otelcol/issuer-ca.crt",
    });
    expect(files["issuer-ca.crt"]).toContain("BEGIN CERTIFICATE");
    expect(Object.keys(files)).not.toContain("service-account-keys.json");
    expect(flows.egress).toContainEqual({ peer: { ranges: ["10.20.0.5/32"] }, port: 6443 });
    expect(of({ vaultKeys: "issuer" }).flows.egress).toContainEqual({ peer: "anywhere", port: 443 });
    expect(gatewayPlan(context).flows.egress).toHaveLength(1);
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

  test("keeps errors and slow spans, and of the rest the stack's share", () => {
    expect(samplingPolicies({ percent: 20, slowMs: 2000, services: {} })).toEqual([
      { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
      { name: "slow", type: "latency", latency: { threshold_ms: 2000 } },
      { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: 20 } },
    ]);
  });

  test("a service can have a share of its own, even none; the others' is then that of the stack", () => {
    const share = (name: string, percent: number, condition: string) => ({
      name,
      type: "and",
      and: {
        and_sub_policy: [
          {
            name: `of-${name}`,
            type: "ottl_condition",
            ottl_condition: { error_mode: "propagate", span: [condition] },
          },
          { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: percent } },
        ],
      },
    });
    const name = 'resource.attributes["service.name"]';
    expect(
      samplingPolicies({ percent: 20, slowMs: 500, services: { "shop-api": 0, "mes-api": 100 } }).slice(2),
    ).toEqual([
      share("share-mes-api", 100, `${name} == "mes-api"`),
      share("share-shop-api", 0, `${name} == "shop-api"`),
      share("share-others", 20, `${name} != "mes-api" and ${name} != "shop-api"`),
    ]);
  });

  test("no policy speaks against a trace: what comes first would decide for what comes later", () => {
    const text = JSON.stringify(samplingPolicies({ percent: 20, slowMs: 500, services: { "shop-api": 0 } }));
    expect(text).not.toMatch(/"not"|"drop"|invert|UNSET|"OK"/);
  });

  test("judges spans as they come, and remembers kept traces only", () => {
    const { sampling_strategy, decision_cache, num_traces } = config.processors.tail_sampling;
    expect(sampling_strategy).toBe("span-ingest");
    expect(decision_cache).toEqual({ sampled_cache_size: 4 * num_traces });
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
      expect(pipelines[`traces/${group}`]).toEqual({
        receivers: ["routing"],
        processors: ["batch"],
        exporters: [`otlp_grpc/${group}`],
      });
      expect(config.exporters[`otlp_grpc/${group}`].endpoint).toBe(`jaeger-collector-${group}.tracing.svc:4317`);
    }
  });

  test("what is kept waits on a disk, synced, without an end to retries; a full queue stops nobody else", () => {
    const queue = config.extensions["file_storage/queue"];
    expect(queue).toMatchObject({ directory: "/var/lib/otelcol", fsync: true });
    expect(config.service.extensions).toContain("file_storage/queue");
    for (const group of storage) {
      const { sending_queue, retry_on_failure, tls } = config.exporters[`otlp_grpc/${group}`];
      expect(sending_queue).toMatchObject({
        enabled: true,
        storage: "file_storage/queue",
        sizer: "bytes",
        queue_size: Math.floor((4 * 2 ** 30) / 2 / storage.length),
        block_on_overflow: false,
      });
      expect(sending_queue.batch).toEqual(batchByBytes("sampler", "200ms"));
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

test("no collector batches before its queue but the sampler, every one has a memory limiter first, none skips the check of a certificate", () => {
  const configs = [
    agentConfig(context.settings.sizes.agent, context.landscape.services[0]!),
    gatewayConfig(context),
    samplerConfig(context),
    ...storage.map((group) => jaegerCollectorConfig(context, group)),
    ...views.map((view) => jaegerQueryConfig(context, view)),
  ].map(loose);
  for (const config of configs) {
    // It acknowledges what is in memory only. In the sampler that is what a moment ago still waited for its decision.
    const batches = Object.keys(config.processors ?? {}).filter((name) => name.startsWith("batch"));
    expect(batches).toEqual(config.processors?.tail_sampling ? ["batch"] : []);
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
