import type { Context } from "../../config/context.ts";
import { ports } from "../../lib/names.ts";
import type { WorkloadPlan } from "../kubernetes/workload-plan.ts";
import { certificateFiles } from "../vault/vault-agent.ts";
import { counting, onPodAddress, tlsServer } from "./collector-parts.ts";

/** What is added here to. Jaeger is a collector too. */
interface CollectorConfig {
  receivers: object;
  exporters: object;
  service: { pipelines: object; telemetry: object };
}

/** File with the CA of Prometheus's certificate, in the configuration folder. */
const prometheusCaFile = "prometheus-ca.crt";

/** How often a collector hands its own metrics on, milliseconds. */
const intervalMs = 15_000;

/**
 * The configuration of a collector, or of a Jaeger, with an endpoint where Prometheus reads what it counts. Unchanged where
 * nobody is to read.
 *
 * A collector can show its own metrics only on a plain port. So it sends them to itself, over the pod's loopback, and shows
 * them where it shows all others: behind TLS.
 *
 * @param configDir where the container sees its configuration.
 * @param sources further receivers and connectors of metrics, which are there already.
 */
export function withMetrics<T extends CollectorConfig>(
  { settings, prometheusCa }: Pick<Context, "settings" | "prometheusCa">,
  config: T,
  configDir: string,
  sources: readonly string[] = [],
): T {
  if (!settings.monitoring) return config;
  const own = `127.0.0.1:${ports.ownMetrics}`;
  const { receivers, exporters, service } = config;
  return {
    ...config,
    receivers: { ...receivers, "otlp/own": { protocols: { http: { endpoint: own } } } },
    exporters: {
      ...exporters,
      prometheus: {
        endpoint: onPodAddress(ports.metrics),
        tls: {
          ...tlsServer(),
          ...(prometheusCa !== undefined && {
            client_ca_file: `${configDir}/${prometheusCaFile}`,
            client_ca_file_reload: true,
          }),
        },
        // Carries exemplars: from a number to a trace.
        enable_open_metrics: true,
      },
    },
    service: {
      ...service,
      pipelines: {
        ...service.pipelines,
        metrics: { receivers: ["otlp/own", ...sources], exporters: ["prometheus"] },
      },
      telemetry: counting(`http://${own}`, "normal", intervalMs),
    },
  };
}

/** What {@link withMetrics} needs of the workload: files of its configuration, and a way for Prometheus. */
export function metricsOf({ settings, prometheusCa }: Pick<Context, "settings" | "prometheusCa">): {
  files: Record<string, string>;
  metrics?: NonNullable<WorkloadPlan["metrics"]>;
} {
  if (!settings.monitoring) return { files: {} };
  const { namespace, podLabels } = settings.monitoring.prometheus;
  return {
    files: prometheusCa === undefined ? {} : { [prometheusCaFile]: `${prometheusCa}\n` },
    metrics: { port: ports.metrics, reader: { namespace, podLabels } },
  };
}

/**
 * Metrics of the pod's certificate: when Vault Agent has written it last. The bundle is written for a new certificate only;
 * the files beside it at every start of the agent.
 */
export const certificateAge = {
  file_stats: { include: certificateFiles.bundle, collection_interval: "60s", initial_delay: "1s" },
};
