import type { Sizes } from "./settings/sizes.ts";

/** How much of a service's pods tracing may take. */
export const profiles = ["normal", "weak"] as const;
export type Profile = (typeof profiles)[number];

/**
 * What a weak service is content with: at most this, whatever the stack says for all. An agent that also tells of itself has had 67 MiB,
 * its program among them (`npm run bench -- application`).
 */
const weakAgent = { memoryMib: 80, queueSpans: 1_000, retrySeconds: 60 };

/**
 * What the SDK of a weak service is told. Recorded is what costs: so the share is taken there, by the trace's id and not by the
 * caller's word, as an outside `traceparent` must not decide. Runtimes make the share in different ways: two weak services of
 * different ones do not keep the same traces.
 */
const weakSdk = {
  OTEL_TRACES_SAMPLER: "traceidratio",
  OTEL_TRACES_SAMPLER_ARG: "0.1",
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: "512",
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: "48",
  OTEL_SPAN_EVENT_COUNT_LIMIT: "8",
  OTEL_SPAN_LINK_COUNT_LIMIT: "8",
  // Spans that wait in the application. A request of the SDK must not be larger than that.
  OTEL_BSP_SCHEDULE_DELAY: "5000",
  OTEL_BSP_MAX_QUEUE_SIZE: "512",
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "128",
};

/** Variables of the SDK that another profile than the normal one sets. */
export function sdkOfProfile(profile: Profile): Readonly<Record<string, string>> {
  return profile === "weak" ? weakSdk : {};
}

/** How large the agent of a service is, and how much it holds back. */
export function agentOfProfile(profile: Profile, agent: Sizes["agent"]): Sizes["agent"] {
  if (profile === "normal") return agent;
  const { memoryMib, queueSpans, retrySeconds } = weakAgent;
  return {
    ...agent,
    memoryMib: Math.min(agent.memoryMib, memoryMib),
    queueSpans: Math.min(agent.queueSpans, queueSpans),
    retrySeconds: Math.min(agent.retrySeconds, retrySeconds),
  };
}
