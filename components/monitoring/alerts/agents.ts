import { countedByAgents, type Metrics } from "../metrics.ts";
import { durationText, parseDuration } from "../../../lib/time.ts";
import { patient } from "../patience.ts";
import type { Alert } from "./alert.ts";

/**
 * What goes wrong beside the applications. An agent whose gateway is away can tell of it afterwards only: so both look at what has
 * been told of late, and not whether it goes on.
 *
 * @param patiencePercent see {@link patient}.
 */
export function agentAlerts(metrics: Metrics, patiencePercent: number): Alert[] {
  const window = patient(10, patiencePercent);
  const told = durationText(parseDuration(window));
  const within = `{{ $value | humanize }} spans, as they have told in the last ${told}`;
  return [
    {
      name: "TracingAgentSpansLost",
      severity: "critical",
      expr: `${countedByAgents(metrics, "lost", window)} > 0`,
      for: "0m",
      summary: `The agents of {{ $labels.service_name }} have lost ${within}.`,
    },
    {
      name: "TracingAgentSpansRefused",
      severity: "warning",
      expr: `${countedByAgents(metrics, "refused", window)} > 0`,
      for: "0m",
      summary: `The agents of {{ $labels.service_name }} have refused ${within}. The application tries again for some seconds; then those are lost.`,
    },
  ];
}
