import { namespace } from "../../lib/names.ts";

/** Names of metrics as Prometheus has them, and how to ask for them. */

/** Everything of the stack carries it: the scrape configuration sets it, and so does the operator. */
const inStack = `namespace="${namespace}"`;

/** A series of the stack. @param matchers PromQL matchers, for example `job="otel-gateway"`. */
export function series(metric: string, ...matchers: string[]): string {
  return `${metric}{${[inStack, ...matchers].join(",")}}`;
}

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
 * What a counter of faults has grown by, where it has. Such a counter is there from the first fault on, often as the only one:
 * `increase` does not see that a series begins, so what was not there before the window counts as it stands.
 *
 * @param by labels to tell apart.
 */
export function faults(selector: string, by: string, window: string): string {
  return [
    `sum by (${by}) (increase(${selector}[${window}])) > 0`,
    `sum by (${by}) (${selector} unless ${selector} offset ${window}) > 0`,
  ].join(" or ");
}

/** Matches the requests that a service answers. */
export function requestsOf(id: string): string[] {
  return [`${spanLabels.service}="${id}"`, isRequest];
}

/** Share of requests that went wrong, from 0 to 1. No series where there was no request. */
export function errorShare(id: string, window: string): string {
  const all = growth(series(calls, ...requestsOf(id)), window);
  const wrong = growth(series(calls, ...requestsOf(id), isError), window);
  return `(${wrong} or ${all} * 0) / ${all}`;
}

/**
 * Share of requests that took longer than they may, from 0 to 1.
 *
 * @param ms one of the histogram's limits, milliseconds.
 */
export function slowShare(id: string, ms: number, window: string): string {
  const all = growth(series(durationCount, ...requestsOf(id)), window);
  const fast = growth(series(durations, ...requestsOf(id), upTo(ms)), window);
  return `1 - ${fast} / ${all}`;
}
