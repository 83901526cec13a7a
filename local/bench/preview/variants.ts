/** Programs that are compared. */
export const variants = ["bare", "ours", "with policies"] as const;
export type Variant = (typeof variants)[number];
