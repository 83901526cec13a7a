import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { ownMetadata } from "../kubernetes/metadata.ts";
import { dashboards } from "./dashboards/index.ts";
import { ruleGroups } from "./rules.ts";
import { serviceMonitors } from "./scrape.ts";

/** Arguments of {@link Monitoring}. */
export interface MonitoringArgs {
  context: Context;
}

const rulesName = "tracing-rules";

/** What the company's Prometheus and Grafana find in the cluster: whom to read, when to tell somebody, what to show. */
export class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, { context }: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:monitoring:Monitoring", name, {}, opts);
    const { settings } = context;
    const child = { parent: this };
    const { monitoring } = settings;
    if (monitoring?.operator) {
      for (const { id, ...object } of serviceMonitors(context, monitoring)) {
        new k8s.apiextensions.CustomResource(`${name}-${id}`, object, child);
      }
      const metadata = ownMetadata(settings, rulesName);
      new k8s.apiextensions.CustomResource(
        `${name}-rules`,
        {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "PrometheusRule",
          metadata: { ...metadata, labels: { ...metadata.labels, ...monitoring.labels } },
          spec: { groups: ruleGroups(context, monitoring) },
        },
        child,
      );
    }
    if (monitoring?.dashboards) {
      for (const [id, dashboard] of Object.entries(dashboards(context, monitoring))) {
        const metadata = ownMetadata(settings, `tracing-dashboard-${id}`);
        new k8s.core.v1.ConfigMap(
          `${name}-dashboard-${id}`,
          {
            metadata: {
              ...metadata,
              labels: { ...metadata.labels, grafana_dashboard: "1", ...monitoring.labels },
            },
            // On one line: whoever reviews a dashboard reads its code.
            data: { [`tracing-${id}.json`]: JSON.stringify(dashboard) },
          },
          child,
        );
      }
    }
    this.registerOutputs({});
  }
}
