import { formless, marked, type Marked } from "./marked.ts";
import { places, type Change, type Place } from "./places.ts";

/** One value in one place. */
export interface Probe {
  place: Place;
  kind: string;
  /** What of the value must not be found. */
  secrets: readonly string[];
  change: Change;
}

/** Kind of the values that no rule recognises. */
const noKind = "no form";

/** All kinds, in the order of the tables. */
export const plantedKinds: readonly string[] = [...new Set(marked.map(({ kind }) => kind)), noKind];

/** Every value in every place that can hold it and where it is recognised. */
export function probes(): Probe[] {
  const free: Marked = { kind: noKind, value: formless, secrets: formless.split(/[ ,]+/), inUrls: false };
  return places.flatMap((place) =>
    [...marked, ...(place.formless ? [free] : [])].flatMap((one) => {
      if (place.url && !one.inUrls) return [];
      const change = place.put(one.value);
      // Of coded text any piece counts, as it can be read by itself.
      const secrets = place.coded ? (place.coded(one.value).match(/.{8}/g) ?? []) : one.secrets;
      return change ? [{ place, kind: one.kind, secrets, change }] : [];
    }),
  );
}
