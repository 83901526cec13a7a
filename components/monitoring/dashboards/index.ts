import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Context } from "../../../config/context.ts";
import { objectivesOf } from "../rules.ts";
import { objectivesPage } from "./objectives.ts";
import { orderPage } from "./order.ts";
import { pipelinePage } from "./pipeline.ts";
import { servicesPage } from "./services.ts";

/** The dashboards of a stack by their short names, as Grafana imports them. */
export function dashboards(
  { stack, landscape }: Pick<Context, "stack" | "landscape">,
  monitoring: NonNullable<Context["settings"]["monitoring"]>,
): Record<string, Dashboard> {
  const { dataSource } = monitoring;
  return {
    pipeline: pipelinePage(stack, dataSource).build(),
    services: servicesPage(stack, landscape, dataSource).build(),
    order: orderPage(stack, landscape).build(),
    objectives: objectivesPage(stack, objectivesOf(landscape, monitoring), landscape, dataSource).build(),
  };
}
