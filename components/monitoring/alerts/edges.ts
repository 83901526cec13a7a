import type { Edge, Landscape } from "../../../config/landscape.ts";
import { calls, growth, happened, spanLabels, type Metrics } from "../metrics.ts";
import { patient } from "../patience.ts";
import type { Alert } from "./alert.ts";

const { kind, peer, service } = spanLabels;

/** So much work of a service without a call over one of its edges is no chance. */
const enough = 20;

/**
 * Edges that have fallen silent while their service works.
 *
 * A message edge is silent when messages are sent and none is taken; an edge to a store, when it was used yesterday. Edges from
 * front ends are not watched: at night nobody orders. A join has no spans of its own. One that the proof does not ask for may
 * be silent.
 *
 * @param minutes how long none may be seen.
 * @param patiencePercent see {@link patient}.
 */
export function edgeAlerts(
  metrics: Metrics,
  { edges }: Pick<Landscape, "edges">,
  minutes: number,
  patiencePercent: number,
): Alert[] {
  const window = `${minutes}m`;
  return edges.flatMap((edge): Alert[] => {
    const expr = silence(metrics, edge, window);
    if (expr === undefined || !edge.required) return [];
    return [
      {
        name: "EdgeSilent",
        severity: "warning",
        expr,
        for: patient(10, patiencePercent),
        labels: { edge: edge.id, service: edge.definition.from },
        summary: `No call over ${edge.id} for ${minutes} minutes, while ${edge.definition.from} works.`,
      },
    ];
  });
}

function silence({ series }: Metrics, { definition }: Edge, window: string): string | undefined {
  const { from } = definition;
  switch (definition.kind) {
    case "store": {
      const works = series(calls, `${service}="${from}"`, `${kind}=~"SPAN_KIND_(SERVER|CONSUMER)"`);
      const edge = series(calls, `${service}="${from}"`, `${peer}="${definition.to}"`);
      return [
        `${growth(works, window)} > ${enough}`,
        `and ${growth(edge, "1d", window)} > 0`,
        `unless (${happened(edge, window)})`,
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
      return `${growth(sent, window)} > 0 unless (${happened(taken, window)})`;
    }
    case "request":
    case "join":
      return undefined;
  }
}
