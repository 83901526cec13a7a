import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Context } from "../../../config/context.ts";
import { metricsIn } from "../metrics.ts";
import { objectivesOf } from "../rules.ts";
import { objectivesPage } from "./objectives.ts";
import { orderPage } from "./order.ts";
import { pipelinePage } from "./pipeline.ts";
import { servicesPage } from "./services.ts";

/** The dashboards of a stack by their short names, as Grafana imports them. */
export function dashboards(
  { stack, landscape, settings }: Pick<Context, "stack" | "landscape" | "settings">,
  monitoring: NonNullable<Context["settings"]["monitoring"]>,
): Record<string, Dashboard> {
  const { dataSource } = monitoring;
  const metrics = metricsIn(settings.cluster.namespace);
  return {
    pipeline: pipelinePage(metrics, stack, dataSource).build(),
    services: servicesPage(metrics, stack, landscape, dataSource).build(),
    order: orderPage(stack, landscape).build(),
    objectives: objectivesPage(metrics, stack, objectivesOf(landscape, monitoring), landscape, dataSource).build(),
  };
}
