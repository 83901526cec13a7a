import type { Context } from "../../config/context.ts";
import { ownMetadata } from "../kubernetes/metadata.ts";
import { metricsServiceName, ports, selectorLabels, serviceHost, sharedName } from "../../lib/names.ts";
import { watchedWorkloads } from "./rules.ts";

type Monitoring = NonNullable<Context["settings"]["monitoring"]>;
type Part = Pick<Context, "landscape" | "settings">;

/** Labels that only say which process counted: the target says it. */
const dropped = { regex: "exported_(job|instance)", action: "labeldrop" };

/**
 * A job a workload for Prometheus' own configuration. It finds the pods by DNS, so it needs no right on the cluster; and asks
 * for the workload's own name in the certificate, which no other pod has.
 */
export function scrapeConfigs({ landscape, settings }: Part, { prometheus: { caFile, client } }: Monitoring) {
  const { namespace } = settings.cluster;
  return watchedWorkloads(landscape).map((workload) => ({
    job_name: sharedName(workload, namespace),
    scheme: "https",
    dns_sd_configs: [
      {
        names: [serviceHost(metricsServiceName(workload), namespace)],
        type: "A",
        port: ports.metrics,
        refresh_interval: "15s",
      },
    ],
    relabel_configs: [
      { target_label: "namespace", replacement: namespace },
      // A job's name is taken once in a Prometheus; what it is called in alerts and dashboards is the workload's.
      ...(sharedName(workload, namespace) === workload ? [] : [{ target_label: "job", replacement: workload }]),
    ],
    metric_relabel_configs: [dropped],
    tls_config: {
      ca_file: caFile,
      server_name: serviceHost(workload, namespace),
      min_version: "TLS13",
      ...(client && { cert_file: client.certificateFile, key_file: client.keyFile }),
    },
  }));
}

/** The same for the operator, an object a workload. */
export function serviceMonitors({ landscape, settings }: Part, { prometheus, labels }: Monitoring) {
  const { caFile, client } = prometheus;
  return watchedWorkloads(landscape).map((workload) => {
    const metadata = ownMetadata(settings, metricsServiceName(workload), { workload });
    return {
      id: workload,
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata: { ...metadata, labels: { ...metadata.labels, ...labels } },
      spec: {
        jobLabel: "app.kubernetes.io/name",
        selector: { matchLabels: selectorLabels(workload) },
        endpoints: [
          {
            port: "metrics",
            scheme: "https",
            metricRelabelings: [dropped],
            tlsConfig: {
              caFile,
              serverName: serviceHost(workload, settings.cluster.namespace),
              ...(client && { certFile: client.certificateFile, keyFile: client.keyFile }),
            },
          },
        ],
      },
    };
  });
}
