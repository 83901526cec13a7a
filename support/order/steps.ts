import type { Landscape } from "../../config/landscape.ts";
import type { OrderEvent } from "./events.ts";

/** A step that an order has gone, or tried to: its events in one trace. */
export interface Passed {
  id: string;
  request?: OrderEvent;
  sent?: OrderEvent;
  taken?: OrderEvent;
  /** Milliseconds since 1970. */
  at: number;
  /** It was refused or went wrong before anything was handed over. */
  failed: boolean;
  trace: string;
}

/** The steps in a chain of events, the oldest first; at the same time in the catalogue's order. */
export function passedSteps(events: readonly OrderEvent[], { steps }: Pick<Landscape, "steps">): Passed[] {
  const groups = Map.groupBy(
    events.filter(({ step }) => step !== undefined),
    ({ step, trace }) => `${step} ${trace}`,
  );
  const rank = Object.keys(steps);
  return [...groups.values()]
    .map((group): Passed => {
      const of = (kind: OrderEvent["kind"]) => group.findLast((event) => event.kind === kind);
      const [request, sent, taken] = [of("request"), of("sent"), of("taken")];
      return {
        id: group[0]!.step!,
        request,
        sent,
        taken,
        at: Math.min(...group.map(({ at }) => at)),
        // What somebody has taken has been sent, whatever the sender says.
        failed: taken ? false : (request ?? sent)?.failed === true,
        trace: group[0]!.trace,
      };
    })
    .sort((a, b) => a.at - b.at || rank.indexOf(a.id) - rank.indexOf(b.id));
}
