import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";

/** What a resource has: inputs, state, or both. Plain JSON, as it travels over gRPC. */
export type Properties = Record<string, unknown>;

/** One input property of a resource type. */
export interface Property {
  /** What is accepted. */
  schema: z.ZodType;
  /** Its name in the API of the server. Default: the same in snake_case. */
  wire?: string;
  /** True if only a new resource can have another value. */
  replace?: boolean;
  /**
   * Brings a value into the form that is compared, so that what the server writes in another way is no difference
   * (order of a set, `24h` and 86400, JSON text). Default: the value itself.
   */
  canonical?: (value: unknown) => unknown;
  /** What the server takes for it when it is not given. Told apart from "unknown" when the live object is compared. */
  default?: unknown;
  /** Not part of what the server tells: secrets, or settings of the provider. It keeps its last value. */
  writeOnly?: boolean;
}

export type Table = Readonly<Record<string, Property>>;

/** The engine's stand-in for a value that is not known before something else exists. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** True if the value is, or contains, one that is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/** A preview shows it as not known. */
export const unknown = unknownValue;

/** A property's value in the form of comparison; not given and given as the default are the same. */
function canonical(property: Property | undefined, value: unknown): unknown {
  const given = value ?? property?.default;
  return given === undefined || hasUnknown(given) ? given : (property?.canonical?.(given) ?? given);
}

/** Names of the properties that differ. A value that is not known yet counts as another one. */
export function differences(table: Table, olds: Properties, news: Properties): string[] {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  return names.filter(
    (name) =>
      hasUnknown(news[name]) ||
      !isDeepStrictEqual(canonical(table[name], olds[name]), canonical(table[name], news[name])),
  );
}

/** The body of a request: the inputs under their API names. */
export function toWire(table: Table, inputs: Properties, omit: readonly string[] = []): Properties {
  const entries = Object.entries(inputs).filter(([name]) => !omit.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [wireName(table, name), value]));
}

/** What the server tells, under the names of the resource: only what the table has. */
export function fromWire(table: Table, data: Properties): Properties {
  const names = Object.keys(table).filter((name) => data[wireName(table, name)] != null);
  return Object.fromEntries(names.map((name) => [name, data[wireName(table, name)]]));
}

/**
 * The inputs as the live object has them: what is the same keeps the user's way of writing; what differs gets the live
 * value, so that the engine sees drift; what the user never gave stays out unless somebody set it to something.
 */
export function reconcile(table: Table, inputs: Properties, live: Properties): Properties {
  const result: Properties = {};
  for (const [name, property] of Object.entries(table)) {
    const same = isDeepStrictEqual(canonical(property, inputs[name]), canonical(property, live[name]));
    const value = property.writeOnly || same ? inputs[name] : live[name];
    const untold = inputs[name] === undefined && property.default === undefined;
    if (value !== undefined && !untold) result[name] = value;
  }
  return result;
}

/** Only the properties that the table has. */
export function known(table: Table, properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name, value]) => name in table && value != null));
}

function wireName(table: Table, name: string): string {
  return table[name]?.wire ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
