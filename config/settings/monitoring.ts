import { z } from "zod";
import { annotationKey, dnsLabel, filePath, kubernetesLabel, labelValue } from "../text-types.ts";
import { podLabels } from "./pod-labels.ts";
import { recordOf } from "./records.ts";

/** Paths as the pods of Prometheus see them. */
const pathInPod = z.string().regex(/^\/[\w./-]+$/, "must be an absolute path: letters, digits and . _ - /");

const client = z
  .strictObject({
    caFile: filePath.meta({
      description:
        "PEM file with the CA of the certificate by which Prometheus shows who it is. Absolute, or from the project's root.",
      examples: ["trust/monitoring-ca.crt"],
    }),
    certificateFile: pathInPod.meta({
      description: "That certificate, as a path in the pods of Prometheus.",
      examples: ["/etc/prometheus/certs/tls.crt"],
    }),
    keyFile: pathInPod.meta({
      description: "Its key, as a path in the pods of Prometheus.",
      examples: ["/etc/prometheus/certs/tls.key"],
    }),
  })
  .optional()
  .meta({
    description:
      "Mutual TLS for reading metrics: nobody without a certificate of this CA reads them, whatever the network lets through.",
    absent: "the network policy alone says who reads metrics",
  });

const prometheus = z
  .strictObject({
    namespace: kubernetesLabel.meta({
      description: "Namespace in which its pods run: the stack's pods admit them alone to their metrics.",
      examples: ["monitoring"],
    }),
    podLabels: podLabels.meta({
      description: "Labels of its pods.",
      examples: [{ "app.kubernetes.io/name": "prometheus" }],
    }),
    caFile: pathInPod.meta({
      description: "The company's CA, which the certificates of the stack end in, as a path in the pods of Prometheus.",
      examples: ["/etc/prometheus/certs/company-ca.crt"],
    }),
    client,
  })
  .meta({
    description: "The company's own Prometheus.",
    examples: [
      {
        namespace: "monitoring",
        podLabels: { "app.kubernetes.io/name": "prometheus" },
        caFile: "/etc/prometheus/certs/company-ca.crt",
      },
    ],
  });

/** @param serviceIds services of the landscape. */
export function monitoring(serviceIds: readonly string[]) {
  const latency = z.number().int().min(1).max(600_000);
  const availability = z.number().min(50).max(99.999);
  return z
    .strictObject({
      prometheus,
      operator: z
        .boolean()
        .default(false)
        .meta({
          description:
            "True where the Prometheus operator runs: the stack makes ServiceMonitor and PrometheusRule objects. False: `npm run monitoring` writes what Prometheus is to be given.",
          examples: [true],
        }),
      labels: z
        .record(annotationKey, labelValue)
        .default({})
        .meta({
          description: "Labels by which the operator, and Grafana's sidecar, find what is theirs.",
          examples: [{ release: "kube-prometheus-stack" }],
        }),
      dashboards: z
        .boolean()
        .default(false)
        .meta({
          description:
            'True: the stack makes ConfigMaps with the dashboards, labelled `grafana_dashboard: "1"` for Grafana\'s sidecar. False: `npm run monitoring` writes them for import.',
          examples: [true],
        }),
      dataSource: dnsLabel.default("prometheus").meta({
        description: "`uid` of the Prometheus data source in Grafana, which the dashboards read.",
        examples: ["prometheus"],
      }),
      runbook: z
        .url({ protocol: /^https$/, error: "must be an https:// address" })
        .optional()
        .meta({
          description: "Where people read the runbook; alerts link to its headings.",
          absent: "docs/guides/runbook.md, the path in this repository",
          examples: ["https://wiki.company.example/tracing/runbook"],
        }),
      objectives: z
        .strictObject({
          availabilityPercent: availability.default(99.5).meta({
            description: "Share of requests that are answered without an error, over 30 days.",
            unit: "percent",
            examples: [99.9],
          }),
          latencyPercent: availability.default(95).meta({
            description: "Share of requests that are answered within `latencyMs`, over 30 days.",
            unit: "percent",
            examples: [99],
          }),
          latencyMs: recordOf(
            serviceIds,
            latency.meta({
              description: "Within which time a request of this service is to be answered.",
              unit: "milliseconds",
              absent: "1000",
              examples: [2000],
            }),
          )
            .default({})
            .meta({ description: "Within which time a request is to be answered.", absent: "1000 for all" }),
        })
        .prefault({})
        .meta({
          description: "What back ends promise: pages and alerts compare with it.",
          examples: [{ availabilityPercent: 99.9 }],
        }),
      edgeSilenceMinutes: z
        .number()
        .int()
        .min(5)
        .max(1440)
        .default(60)
        .meta({
          description:
            "An edge that was used within the last day and is not used for so long, while its service has traffic, is reported.",
          unit: "minutes",
          examples: [60],
        }),
    })
    .optional()
    .meta({
      description:
        "Metrics of the pipeline and of the back ends, alert rules and dashboards, for the company's own Prometheus and Grafana.",
      absent: "nothing is measured, and no port is open for it",
      examples: [
        {
          prometheus: {
            namespace: "monitoring",
            podLabels: { "app.kubernetes.io/name": "prometheus" },
            caFile: "/etc/prometheus/certs/company-ca.crt",
          },
        },
      ],
    });
}

/** Within which time a service promises to answer, milliseconds. */
export function latencyMsOf(objectives: { latencyMs: Readonly<Record<string, number | undefined>> }, service: string) {
  return objectives.latencyMs[service] ?? 1000;
}
