/** How an order ends. */
export type Outcome = "closed" | "failed" | "rejected" | "stuck";

/** An order to drive, and what must become of it. */
export interface Scenario {
  readonly item: "ring" | "pendant" | "brooch";
  /** `unobtainium` is unknown to MES; with `stuck` MES never answers. */
  readonly material: string;
  readonly quantity: number;
  /** Triangles of the 3D file: larger models take MES longer. */
  readonly triangles: number;
  readonly expected: Outcome;
}

const items = ["ring", "pendant", "brooch"] as const;
const materials = ["resin", "silver", "gold", "platinum"] as const;

/**
 * The same orders for the same count: of twelve, two are of an unknown material, two are rejected by the seller, one gets
 * stuck and seven go all the way. The first always goes all the way.
 */
export function scenarios(count: number): Scenario[] {
  return Array.from({ length: count }, (_, i) => {
    const expected = expectedOf(i);
    return {
      item: items[i % items.length]!,
      material: { failed: "unobtainium", stuck: "stuck" }[expected as string] ?? materials[i % materials.length]!,
      quantity: 1 + (i % 3),
      triangles: 12 + 100 * (i % 5),
      expected,
    };
  });
}

function expectedOf(index: number): Outcome {
  if (index % 6 === 1) return "failed";
  if (index % 6 === 3) return "rejected";
  return index % 12 === 5 ? "stuck" : "closed";
}
