/** What a process of a chain is a part of, from the applications on. */
export const tiers = ["agent", "gateway", "sampler", "jaeger"] as const;
export type Tier = (typeof tiers)[number];
