/** Where an order can be left: as customers leave it, or once the seller has asked MES for a price. */
export const leavings = ["submitted", "price-requested"] as const;
export type Leaving = (typeof leavings)[number];

/** How an order ends, or where it was left. */
export type Outcome = "closed" | "failed" | "rejected" | "stuck" | Leaving;

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
 *
 * @param leave all of them are left there instead.
 */
export function scenarios(count: number, leave?: Leaving): Scenario[] {
  return Array.from({ length: count }, (_, i) => {
    const expected = leave ?? expectedOf(i);
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
