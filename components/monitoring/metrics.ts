/** Names of metrics as Prometheus has them, and how to ask for them. */
import { agentCounters, type AgentCounter } from "../otel/agent-counters.ts";

/** Spans of back ends, all of them, counted before sampling. Labels: see {@link spanLabels}. */
export const calls = "traces_span_metrics_calls_total";
/** How long they took, seconds, in buckets. */
export const durations = "traces_span_metrics_duration_seconds_bucket";
export const durationCount = "traces_span_metrics_duration_seconds_count";
/** Calls between back ends, stores and people. Labels: `client`, `server`, `connection_type`. */
export const edgeCalls = "traces_service_graph_request_total";
export const edgeFailures = "traces_service_graph_request_failed_total";
export const edgeDurations = "traces_service_graph_request_server_seconds_bucket";

/** Labels of {@link calls}: what the connector makes of the attributes' names. */
export const spanLabels = {
  service: "service_name",
  kind: "span_kind",
  status: "status_code",
  /** Store of the landscape. */
  peer: "tracing_peer",
  /** Step of an order. */
  step: "tracing_step",
} as const;

/** Label of what agents count, beside the service: the pod that the agent is in. */
const podLabel = "tracing_pod";

/** Matches spans that answer a request. */
const isRequest = `${spanLabels.kind}="SPAN_KIND_SERVER"`;
/** Matches spans that went wrong. An answer of 4xx is the caller's fault, and none. */
export const isError = `${spanLabels.status}="STATUS_CODE_ERROR"`;
export const isNoError = `${spanLabels.status}!="STATUS_CODE_ERROR"`;

/**
 * Matches the bucket of a duration. The two formats of metrics write whole numbers differently.
 *
 * @param ms one of the histogram's limits, milliseconds.
 */
export function upTo(ms: number): string {
  const seconds = String(ms / 1000);
  return seconds.includes(".") ? `le="${seconds}"` : `le=~"${seconds}([.]0)?"`;
}

/** Sum of what a counter has grown by. No series counts as no growth, where `or vector(0)` is added. */
export function growth(selector: string, window: string, offset?: string): string {
  return `sum(increase(${selector}[${window}]${offset ? ` offset ${offset}` : ""}))`;
}

/**
 * What a counter has grown by, where it has. `increase` does not see that a series begins, with a fault that is the first and
 * often the only one, or with a pod: so what was not there before the window counts as it stands.
 *
 * @param by labels to tell apart. Default: none.
 */
export function happened(selector: string, window: string, by?: string): string {
  const sum = by === undefined ? "sum" : `sum by (${by}) `;
  return [
    `${sum}(increase(${selector}[${window}])) > 0`,
    `${sum}(${selector} unless ${selector} offset ${window}) > 0`,
  ].join(" or ");
}

/** How far back the last word of an agent counts: an outage of the gateway that is longer makes all that it tells look new. */
const remembered = "6h";

/**
 * What the agents of each service have counted within a window, by `service_name`. An agent tells its whole count to whichever gateway
 * it has just reached, so several show it, and the highest is the newest. While the gateway is away nobody tells anything: what is
 * told then is compared with the last word before the window, however old; and counts as it stands where there was none, or
 * a higher one, which was of an agent that has begun anew.
 */
export function countedByAgents({ series }: Pick<Metrics, "series">, counter: AgentCounter, window: string): string {
  const selector = series(`${agentCounters[counter].name}_total`);
  const newest = (of: string) => `max by (${spanLabels.service}, ${podLabel}) (${of})`;
  const now = newest(selector);
  const before = newest(`last_over_time(${selector}[${remembered}] offset ${window})`);
  return `sum by (${spanLabels.service}) (${now} - ${before} >= 0 or ${now})`;
}

/** Matches the requests that a service answers. */
export function requestsOf(id: string): string[] {
  return [`${spanLabels.service}="${id}"`, isRequest];
}

/**
 * The time that a share of calls did not take longer than, seconds. No series where there was no call.
 *
 * @param buckets sum of what has come into the buckets, by `le`.
 */
export function quantile(share: number, buckets: string): string {
  // Of nothing Prometheus makes NaN, which pages show as if it were a time.
  return `histogram_quantile(${share}, ${buckets}) >= 0`;
}

/** How to ask for what one stack has counted. */
export interface Metrics {
  /** A series of the stack. @param matchers PromQL matchers, for example `job="otel-gateway"`. */
  series: (metric: string, ...matchers: string[]) => string;
  /** Share of requests of a service that went wrong, from 0 to 1. No series where there was no request. */
  errorShare: (id: string, window: string) => string;
  /**
   * Share of requests of a service that took longer than they may, from 0 to 1. No series where there was no request.
   *
   * @param ms one of the histogram's limits, milliseconds.
   */
  slowShare: (id: string, ms: number, window: string) => string;
}

/** @param namespace the stack's. All that it counts carries it: the scrape configuration sets it, and so does the operator. */
export function metricsIn(namespace: string): Metrics {
  const series: Metrics["series"] = (metric, ...matchers) =>
    `${metric}{${[`namespace="${namespace}"`, ...matchers].join(",")}}`;
  return {
    series,
    errorShare(id, window) {
      const all = growth(series(calls, ...requestsOf(id)), window);
      const wrong = growth(series(calls, ...requestsOf(id), isError), window);
      return `(${wrong} or ${all} * 0) / (${all} > 0)`;
    },
    slowShare(id, ms, window) {
      const all = growth(series(durationCount, ...requestsOf(id)), window);
      const fast = growth(series(durations, ...requestsOf(id), upTo(ms)), window);
      return `1 - ${fast} / (${all} > 0)`;
    },
  };
}
