/**
 * What is told on of an agent: what became of its spans. The collector counts them by `counts`; the gateway gives them names of
 * their own, since it shows its own counters beside them.
 */
export const agentCounters = {
  accepted: { counts: "otelcol_receiver_accepted_spans", name: "tracing_agent_accepted_spans" },
  /** By the gateway. */
  sent: { counts: "otelcol_exporter_sent_spans", name: "tracing_agent_sent_spans" },
  /** Its queue or its memory was full: the application was told so, and may have tried again. */
  refused: { counts: "otelcol_receiver_refused_spans", name: "tracing_agent_refused_spans" },
  /** Given up: the gateway refused them for good, or was away for longer than the agent tries. */
  lost: { counts: "otelcol_exporter_send_failed_spans", name: "tracing_agent_lost_spans" },
} as const;

export type AgentCounter = keyof typeof agentCounters;
