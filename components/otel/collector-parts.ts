import { goShare } from "../../config/sizing.ts";
import { certificateFiles } from "../vault/vault-agent.ts";
import { ports } from "../../lib/names.ts";

/** User of the official collector image. */
export const collectorUid = 10001;

/** Where the collectors read their configuration. */
export const configDir = "/etc/otelcol";

/**
 * How soon a renewed certificate is used. Agents renew long before the end, but where Vault was away until after it, a server that
 * goes on with the old one is away for so much longer. Files are read when somebody connects, at most so often.
 */
const reload = "30s";

/** Server side of a hop inside the stack: only holders of a certificate of the stack's CA are let in. */
export const mutualTlsServer = {
  ...tlsServer(),
  client_ca_file: certificateFiles.ca,
  client_ca_file_reload: true,
};

/** Server side of a hop where the client identifies itself by a token. */
export function tlsServer() {
  return {
    cert_file: certificateFiles.certificate,
    key_file: certificateFiles.key,
    min_version: "1.3",
    reload_interval: reload,
  };
}

/**
 * How spans are packed on every hop of the stack. gzip, which the exporter takes by itself, is a fifth of what an agent and a
 * sampler do; snappy is next to nothing, for about twice the bytes, which stay inside of the cluster.
 */
export const compression = "snappy";

/** Client side of a hop inside the stack. */
export const mutualTlsClient = {
  ca_file: certificateFiles.ca,
  cert_file: certificateFiles.certificate,
  key_file: certificateFiles.key,
  min_version: "1.3",
  reload_interval: reload,
};

/**
 * First in every pipeline: refuses, so that senders retry, before the container would be killed. It refuses from the limit
 * less the spike on, and counts garbage too: that must lie above {@link goMemoryLimit}, where Go begins to collect.
 *
 * What is left above it is for what comes until the next look, for messages that are being read, of which it knows nothing, and for Go
 * itself: with 87 % for the limit, 489 of 512 MiB were in use.
 *
 * @param limitMib memory limit of the container.
 * @param interval how often it looks: see {@link ofMany}. Each look a second costs a sixth of a millisecond of CPU a second, which an
 * agent has not to spare.
 */
export function memoryLimiter(limitMib: number, interval = "1s") {
  return {
    check_interval: interval,
    limit_mib: Math.floor(limitMib * 0.8),
    spike_limit_mib: Math.floor(limitMib * 0.05),
  };
}

/**
 * How often those look who take from many at once. Large spans come at more than 100 MB a second: by one look a second, samplers and
 * gateways were killed with all that they held.
 */
export const ofMany = "100ms";

/** Go collects garbage more and more eagerly towards this, before the limiter has to refuse. */
export function goMemoryLimit(limitMib: number) {
  return { name: "GOMEMLIMIT", value: `${Math.floor(limitMib * goShare)}MiB` };
}

/**
 * Variables of Go's runtime. Garbage may grow to four times what is in use before it is collected, where Go's own
 * default is as much: that saves a sixth of a collector's CPU, and the memory is the container's anyway. Near the limit
 * {@link goMemoryLimit} decides, as before.
 *
 * It runs on as many cores at once as it asks for, and one at least. By itself it would take all of the node's, having no limit: to
 * find each other work then is a tenth of what an agent does.
 */
export function goRuntime({ cpu, memoryMib }: { cpu: string; memoryMib: number }) {
  const cores = cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu);
  return [
    { name: "GOGC", value: "400" },
    { name: "GOMAXPROCS", value: String(Math.max(1, Math.ceil(cores))) },
    goMemoryLimit(memoryMib),
  ];
}

/** Never gives up: what was accepted is either delivered or still queued. */
export const retryForever = { enabled: true, initial_interval: "1s", max_interval: "30s", max_elapsed_time: "0s" };

/** A sender that waits notices by this that nobody is there any more. */
export const waitingClient = { time: "30s", timeout: "10s", permit_without_stream: true };

/** What lets a {@link waitingClient} ping: gRPC's own default of five minutes would end its connection for that. */
export const waitedFor = { enforcement_policy: { min_time: "10s", permit_without_stream: true } };

/**
 * Where a program listens for others: on the pod's own address. In brackets, without which an IPv6 address and its port are one
 * text; around an IPv4 address they mean nothing.
 */
export const onPodAddress = (port: number): string => `[\${env:POD_IP}]:${port}`;

/** Health extension, for probes. */
export const healthCheck = { endpoint: onPodAddress(ports.health) };

/**
 * What collectors say of themselves: their log, JSON lines without spans. No traces: they would be traced by themselves.
 *
 * Every line is written. By default it would be ten of a kind in ten seconds: who adds up what a queue refused, by its lines,
 * would see a part of the loss.
 */
export const telemetry = {
  logs: { encoding: "json", level: "info", sampling: { enabled: false } },
  metrics: { level: "none" },
  traces: { level: "none" },
};

/**
 * The same of a collector that counts.
 *
 * @param endpoint a receiver on the pod's loopback: a collector's own exporter has no way through TLS.
 */
export const counting = (endpoint: string, level: "basic" | "normal", intervalMs: number) => ({
  ...telemetry,
  metrics: {
    level,
    readers: [{ periodic: { interval: intervalMs, exporter: { otlp: { protocol: "http/protobuf", endpoint } } } }],
  },
});

/** The pod's own address, for {@link onPodAddress}. */
export const podIp = { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } };
