/** Something that somebody is to be told. */
export interface Alert {
  name: AlertName;
  /** `critical`: something is being lost, or nobody can see; wakes people up. `warning`: in working hours. */
  severity: "critical" | "warning";
  /** PromQL: each series that it gives is an alert. */
  expr: string;
  /** How long it has to hold. */
  for: string;
  /** One sentence, which may name labels of the series: `{{ $labels.job }}`. */
  summary: string;
  labels?: Readonly<Record<string, string>>;
  /** Where traces of it can be seen. */
  traces?: string;
}

/** Every alert has a heading of this name in docs/guides/runbook.md. */
export const alertNames = [
  "TracingTargetDown",
  "TracingNoSpans",
  "TracingSpansRefused",
  "TracingSpansLost",
  "TracingQueueFilling",
  "TracingDeliveryStalled",
  "TracingStoreErrors",
  "TracingCertificateNotRenewed",
  "TracingAgentSpansLost",
  "TracingAgentSpansRefused",
  "EdgeSilent",
  "OrdersStandTooLong",
  "ServiceErrorBudgetBurns",
  "ServiceLatencyBudgetBurns",
] as const;

export type AlertName = (typeof alertNames)[number];
