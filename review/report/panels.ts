import { isRecord } from "./shown.ts";

/** A panel of a Grafana dashboard. Those are generated, a hundred lines for each number that it shows. */
export type Panel = Record<string, unknown> & { title: string; targets: unknown[] };

export function isPanel(value: unknown): value is Panel {
  return isRecord(value) && typeof value["title"] === "string" && Array.isArray(value["targets"]);
}

/** What a panel is about, for one that is added or taken away as a whole. */
export function panelSummary({ title, description, targets }: Panel): Record<string, unknown> {
  const queries = targets.map((target) => (isRecord(target) ? target["expr"] : undefined)).filter(Boolean);
  return { title, ...(description !== undefined && { description }), ...(queries.length > 0 && { queries }) };
}

/** A panel without its place, which changes with every panel above it. */
export function placeless({ gridPos: _, ...panel }: Panel): Record<string, unknown> {
  return panel;
}
