import { readStack } from "../../../config/stack-file.ts";
import { gatewayAudience, ports } from "../../../lib/names.ts";
import { clusterKeys, tokenOf } from "../../checks/redaction/gateway.ts";
import type { Chain } from "../pipeline/chain.ts";
import { addressesOf, certificatesFor, startPart, textOf, type Part } from "../pipeline/place.ts";
import type { Tier } from "../pipeline/tiers.ts";
import { startStandIn } from "../pipeline/stand-in.ts";

const { settings, landscape } = readStack("local");

/** A tier of a peer: its configuration, with the next tier as `next:4317` and the store as `https://store:9200`. */
interface PeerTier {
  readonly tier: Tier;
  readonly config: object;
  readonly program?: "jaeger";
}

interface Hop {
  /** TLS on both sides, and a queue on disk. */
  secure?: boolean;
  durable?: boolean;
}

const tls = { ca_file: "{folder}/ca.crt", cert_file: "{folder}/tls.crt", key_file: "{folder}/tls.key" };
const serverTls = { cert_file: tls.cert_file, key_file: tls.key_file };

const receiver = ({ secure = false }: Hop, auth: object = {}) => ({
  otlp: {
    protocols: {
      grpc: {
        endpoint: `\${env:POD_IP}:${ports.otlpGrpc}`,
        max_recv_msg_size_mib: 16,
        ...(secure && { tls: { ...serverTls, client_ca_file: tls.ca_file } }),
        ...auth,
      },
      http: { endpoint: `\${env:POD_IP}:${ports.otlpHttp}` },
    },
  },
});

const client = ({ secure = false, durable = false }: Hop, auth: object = {}) => ({
  endpoint: `next:${ports.otlpGrpc}`,
  tls: secure ? tls : { insecure: true },
  ...auth,
  ...(durable && { sending_queue: { storage: "file_storage" }, retry_on_failure: { max_elapsed_time: "0s" } }),
});

// As the OTel chart has it, but for the limit, which there follows from the pod's.
const limiter = { memory_limiter: { check_interval: "5s", limit_mib: 512, spike_limit_mib: 128 } };
const telemetry = { logs: { level: "warn" }, metrics: { level: "none" } };
const storage = { file_storage: { directory: "{folder}/queue", fsync: true } };

export function agentTier(hop: Hop): PeerTier {
  const auth = hop.secure ? { auth: { authenticator: "bearertokenauth" } } : {};
  return {
    tier: "agent",
    config: {
      ...(hop.secure && { extensions: { bearertokenauth: { filename: "{folder}/token" } } }),
      receivers: receiver({}),
      processors: { ...limiter, batch: {} },
      exporters: { otlp_grpc: client(hop, auth) },
      service: {
        ...(hop.secure && { extensions: ["bearertokenauth"] }),
        ...{ pipelines: { traces: line(["memory_limiter", "batch"], "otlp_grpc") }, telemetry },
      },
    },
  };
}

/** @param options.processors between the limiter and the batch. Default: none. */
export function gatewayTier({
  to,
  processors = {},
  ...hop
}: Hop & { to: "jaeger" | "sampler"; processors?: Record<string, object> }): PeerTier {
  // The limiter is the peer's.
  const own = Object.fromEntries(Object.entries(processors).filter(([name]) => name !== "memory_limiter"));
  const exporter = to === "sampler" ? "load_balancing" : "otlp_grpc";
  const provider = {
    ...{ issuer_url: settings.cluster.serviceAccountIssuer, audience: gatewayAudience },
    public_keys_file: "{folder}/keys.json",
  };
  const extensions = {
    ...(hop.secure && { oidc: { providers: [provider] } }),
    ...(hop.durable && storage),
  };
  return {
    tier: "gateway",
    config: {
      extensions,
      receivers: receiver(hop, hop.secure ? { tls: serverTls, auth: { authenticator: "oidc" } } : {}),
      processors: { ...limiter, ...own, batch: to === "sampler" ? destinationBatch : {} },
      exporters: {
        [exporter]:
          to === "sampler"
            ? {
                protocol: { otlp: { tls: hop.secure ? tls : { insecure: true } } },
                resolver: { static: { hostnames: [`next:${ports.otlpGrpc}`] } },
              }
            : client(hop),
      },
      service: {
        extensions: Object.keys(extensions),
        pipelines: { traces: line(["memory_limiter", ...Object.keys(own), "batch"], exporter) },
        telemetry,
      },
    },
  };
}

/** The batch of k8s-monitoring before each destination. */
const destinationBatch = { timeout: "2s", send_batch_size: 8192 };

/** As k8s-monitoring has it, but for the wait: 15 s there; the time changes the memory, not the CPU. */
export function samplerTier(hop: Hop): PeerTier {
  const tail_sampling = { decision_wait: "5s", policies: [{ name: "all", type: "always_sample" }] };
  return {
    tier: "sampler",
    config: {
      ...(hop.durable && { extensions: storage }),
      receivers: receiver(hop),
      processors: { ...limiter, tail_sampling, batch: destinationBatch },
      exporters: { otlp_grpc: client(hop) },
      service: {
        ...(hop.durable && { extensions: Object.keys(storage) }),
        pipelines: { traces: line(["memory_limiter", "tail_sampling", "batch"], "otlp_grpc") },
        telemetry,
      },
    },
  };
}

const line = (processors: readonly string[], exporter: string) => ({
  receivers: ["otlp"],
  processors,
  exporters: [exporter],
});

/** Jaeger's own example for Elasticsearch. */
function jaegerConfig(hop: Hop, extensions: object = {}) {
  const elasticsearch = {
    server_urls: [`https://store:${ports.elasticsearch}`],
    ...{ version: 8, disable_health_check: true, create_mappings: false },
    auth: { basic: { username: "jaeger", password_file: "{folder}/password" } },
    tls: { ca_file: tls.ca_file },
  };
  const all = { jaeger_storage: { backends: { store: { elasticsearch } } }, ...extensions };
  return {
    extensions: all,
    receivers: receiver(hop),
    processors: { batch: {} },
    exporters: { jaeger_storage_exporter: { trace_storage: "store" } },
    service: {
      extensions: Object.keys(all),
      pipelines: { traces: line(["batch"], "jaeger_storage_exporter") },
      telemetry,
    },
  };
}

export const jaegerTier = (hop: Hop): PeerTier => ({ tier: "jaeger", program: "jaeger", config: jaegerConfig(hop) });

/** With the pages that people look at in the same process. */
export function allInOne(): PeerTier {
  const jaeger_query = {
    storage: { traces: "store" },
    http: { endpoint: `\${env:POD_IP}:${ports.jaegerQuery}` },
    grpc: { endpoint: `\${env:POD_IP}:${ports.jaegerQueryGrpc}` },
  };
  return { tier: "jaeger", program: "jaeger", config: jaegerConfig({}, { jaeger_query }) };
}

/** Starts a chain of others. Its tiers are given from the applications on: each hands on to the one behind it. */
export async function startPeer(
  number: number,
  { tiers, ...about }: Pick<Chain, "id" | "title" | "guarantees"> & { tiers: readonly PeerTier[] },
): Promise<Chain> {
  const address = addressesOf(number);
  const certificates = await certificatesFor(
    [...tiers, about].map((_, index) => address(index)),
    [],
  );
  const [sender] = landscape.services;
  const files = {
    "tls.crt": await textOf(certificates.certificate),
    "tls.key": await textOf(certificates.key),
    "ca.crt": await textOf(certificates.ca),
    "keys.json": clusterKeys,
    token: tokenOf(sender!),
    password: "secret",
  };
  const store = await startStandIn(address(tiers.length), ports.elasticsearch, certificates);
  const parts: Part[] = [];
  // From the store to the applications: who is dialled is there.
  for (const [index, { tier, config, program }] of [...tiers.entries()].reverse()) {
    parts.push(
      await startPart(config, {
        ...{ tier, address: address(index), files, ...(program && { program }) },
        moved: {
          "{folder}": "{folder}",
          [`next:${ports.otlpGrpc}`]: `${address(index + 1)}:${ports.otlpGrpc}`,
          [`store:${ports.elasticsearch}`]: `${address(tiers.length)}:${ports.elasticsearch}`,
        },
      }),
    );
  }
  const origin = `http://${address(0)}:${ports.otlpHttp}`;
  return { ...about, entrances: { "shop-api": origin, "crm-api": origin, "mes-api": origin }, parts, store };
}
