import type { Step } from "../check/managers.ts";
import { isRecord } from "../report/shown.ts";

/** What stands at a path; undefined if there is nothing. */
export function valueAt(value: unknown, path: readonly Step[]): unknown {
  return path.reduce<unknown>((found, step) => {
    if (typeof step === "string") return isRecord(found) ? found[step] : undefined;
    return Array.isArray(found) ? (found as unknown[])[placeOf(found, step)] : undefined;
  }, value);
}

/** A copy with another value at a path, and what is missing on the way. */
export function withValue(value: unknown, [step, ...rest]: readonly Step[], set: unknown): unknown {
  if (step === undefined) return set;
  if (typeof step === "string") {
    const record = isRecord(value) ? value : {};
    return { ...record, [step]: withValue(record[step], rest, set) };
  }
  const items: unknown[] = Array.isArray(value) ? value : [];
  const place = placeOf(items, step);
  if (place < 0) return [...items, withValue(step, rest, set)];
  return items.map((item, index) => (index === place ? withValue(item, rest, set) : item));
}

/** JSON Pointer of a path in an object, whose lists have places and no names. */
export function pointerTo(object: unknown, path: readonly Step[]): string {
  return path
    .map((step, index) => {
      const container = valueAt(object, path.slice(0, index));
      return escaped(typeof step === "string" ? step : String(placeOf(container, step)));
    })
    .join("");
}

/** What the API server adds by itself to a value that it keeps as a whole. */
const defaults: Record<string, unknown> = { protocol: "TCP", apiVersion: "v1", scheme: "HTTP" };

/**
 * What a value has more than another one: keys, and entries at the end of lists. Whether what both have is the same, the engine has
 * compared.
 *
 * @returns JSON Pointers below the value's own, the last first: they can be removed in that order.
 */
export function additions(recorded: unknown, live: unknown): string[] {
  if (recorded === undefined) return live === undefined ? [] : [""];
  if (Array.isArray(recorded) && Array.isArray(live)) {
    return live.flatMap((item: unknown, index) => below(String(index), recorded[index], item)).reverse();
  }
  if (!isRecord(recorded) || !isRecord(live)) return [];
  return Object.entries(live)
    .filter(([key, value]) => key in recorded || defaults[key] !== value)
    .flatMap(([key, value]) => below(key, recorded[key], value));
}

const below = (key: string, recorded: unknown, live: unknown): string[] =>
  additions(recorded, live).map((pointer) => `${escaped(key)}${pointer}`);

const escaped = (key: string): string => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;

function placeOf(items: unknown, keys: Readonly<Record<string, unknown>>): number {
  if (!Array.isArray(items)) return -1;
  const is = (item: Record<string, unknown>, key: string, value: unknown) => (item[key] ?? defaults[key]) === value;
  return items.findIndex(
    (item) => isRecord(item) && Object.entries(keys).every(([key, value]) => is(item, key, value)),
  );
}
