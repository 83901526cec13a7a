import type { Edge, Landscape } from "../../../config/landscape.ts";
import { calls, growth, series, spanLabels } from "../metrics.ts";
import type { Alert } from "./alert.ts";

const { kind, peer, service } = spanLabels;

/** So much work of a service without a call over one of its edges is no chance. */
const enough = 20;

/**
 * Edges that have fallen silent while their service works.
 *
 * A message edge is silent when messages are sent and none is taken; an edge to a store, when it was used yesterday. Edges from
 * front ends are not watched: at night nobody orders. A join has no spans of its own.
 *
 * @param minutes how long none may be seen.
 */
export function edgeAlerts({ edges }: Pick<Landscape, "edges">, minutes: number): Alert[] {
  const window = `${minutes}m`;
  return edges.flatMap((edge): Alert[] => {
    const expr = silence(edge, window);
    if (expr === undefined) return [];
    return [
      {
        name: "EdgeSilent",
        severity: "warning",
        expr,
        for: "10m",
        labels: { edge: edge.id, service: edge.definition.from },
        summary: `No call over ${edge.id} for ${minutes} minutes, while ${edge.definition.from} works.`,
      },
    ];
  });
}

function silence({ definition }: Edge, window: string): string | undefined {
  const { from } = definition;
  switch (definition.kind) {
    case "store": {
      const works = series(calls, `${service}="${from}"`, `${kind}=~"SPAN_KIND_(SERVER|CONSUMER)"`);
      const edge = series(calls, `${service}="${from}"`, `${peer}="${definition.to}"`);
      return [
        `${growth(works, window)} > ${enough}`,
        `and ${growth(edge, "1d", window)} > 0`,
        `unless ${growth(edge, window)} > 0`,
      ].join(" ");
    }
    case "message": {
      const sent = series(calls, `${service}="${from}"`, `${kind}="SPAN_KIND_PRODUCER"`, `${peer}="${definition.via}"`);
      const taken = series(
        calls,
        `${service}="${definition.to}"`,
        `${kind}="SPAN_KIND_CONSUMER"`,
        `${peer}="${definition.via}"`,
      );
      return `${growth(sent, window)} > 0 unless ${growth(taken, window)} > 0`;
    }
    case "request":
    case "join":
      return undefined;
  }
}
