import type { Context } from "../../config/context.ts";
import { latencyMsOf } from "../../config/settings/monitoring.ts";
import {
  allView,
  frontEndName,
  gatewayName,
  jaegerCollectorName,
  jaegerQueryName,
  samplerName,
  storageGroups,
  viewNames,
  viewUrl,
} from "../../lib/names.ts";
import { agentAlerts } from "./alerts/agents.ts";
import type { Alert } from "./alerts/alert.ts";
import { edgeAlerts } from "./alerts/edges.ts";
import { objectiveAlerts, type Objective } from "./alerts/objectives.ts";
import { orderAlerts } from "./alerts/orders.ts";
import { pipelineAlerts } from "./alerts/pipeline.ts";
import { metricsIn } from "./metrics.ts";

type Monitoring = NonNullable<Context["settings"]["monitoring"]>;
type Part = Pick<Context, "stack" | "landscape"> & { settings: Pick<Context["settings"], "access" | "cluster"> };

const frontEndsOf = ({ openFrontends }: Context["landscape"]) => openFrontends.map(({ id }) => frontEndName(id));

/** Workloads of the stack that show metrics. */
export function watchedWorkloads(landscape: Context["landscape"]): string[] {
  const { groups } = landscape;
  return [
    gatewayName,
    samplerName,
    ...frontEndsOf(landscape),
    ...storageGroups(groups).map(jaegerCollectorName),
    ...viewNames(groups).map(jaegerQueryName),
  ];
}

/** What the back ends promise. */
export function objectivesOf({ services }: Context["landscape"], { objectives }: Monitoring): Objective[] {
  const { availabilityPercent, latencyPercent } = objectives;
  return services.map((service) => ({
    service,
    availabilityPercent,
    latencyPercent,
    latencyMs: latencyMsOf(objectives, service.id),
  }));
}

/** Page of Jaeger with the errors of a service, in the view over all. */
function errorsPage({ access }: Part["settings"], service: string): string {
  const query = new URLSearchParams({ service, tags: JSON.stringify({ error: "true" }), lookback: "1h", limit: "20" });
  return `${viewUrl(allView, access)}/search?${query.toString()}`;
}

/** All alerts of a stack, in groups that Prometheus judges together. */
export function alertsOf({ landscape, settings }: Part, monitoring: Monitoring): Record<string, Alert[]> {
  const { edgeSilenceMinutes, patiencePercent } = monitoring;
  const metrics = metricsIn(settings.cluster.namespace);
  return {
    pipeline: pipelineAlerts(metrics, watchedWorkloads(landscape), frontEndsOf(landscape), patiencePercent),
    agents: agentAlerts(metrics, patiencePercent),
    edges: edgeAlerts(metrics, landscape, edgeSilenceMinutes, patiencePercent),
    orders: orderAlerts(metrics, landscape, patiencePercent),
    objectives: objectiveAlerts(metrics, objectivesOf(landscape, monitoring), (service) =>
      errorsPage(settings, service),
    ),
  };
}

/** The alerts as Prometheus and its operator take them. A group without one is left out. */
export function ruleGroups(part: Part, monitoring: Monitoring) {
  const runbook = monitoring.runbook ?? "docs/guides/runbook.md";
  return Object.entries(alertsOf(part, monitoring))
    .filter(([, alerts]) => alerts.length > 0)
    .map(([name, alerts]) => ({
      name: `tracing-${part.stack}-${name}`,
      rules: alerts.map(({ name: alert, severity, expr, for: holds, summary, labels, traces }) => ({
        alert,
        expr,
        for: holds,
        labels: { ...labels, severity, stack: part.stack },
        annotations: {
          summary,
          runbook_url: `${runbook}#${alert.toLowerCase()}`,
          ...(traces !== undefined && { traces }),
        },
      })),
    }));
}
