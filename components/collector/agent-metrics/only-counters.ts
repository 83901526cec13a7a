import { agentCounters } from "../../otel/agent-counters.ts";

const names = Object.values(agentCounters).map(({ counts }) => `metric.name == "${counts}"`);

/**
 * Lets through what agents count of their spans. At both ends: whatever else is in the pod can hand metrics to the agent, too.
 *
 * @param refused further conditions of what is not.
 */
export const onlyCounters = (...refused: readonly string[]) => ({
  "filter/counters": {
    error_mode: "propagate",
    metric_conditions: [
      {
        context: "metric",
        conditions: [
          `not (${names.join(" or ")})`,
          "metric.type != METRIC_DATA_TYPE_SUM",
          "metric.is_monotonic != true or metric.aggregation_temporality != AGGREGATION_TEMPORALITY_CUMULATIVE",
          ...refused,
        ],
      },
      // They can only be looked at, not taken away.
      { context: "datapoint", conditions: ["Len(datapoint.exemplars) > 0"] },
    ],
  },
});
