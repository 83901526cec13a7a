/** A part of a configuration. Its language is another program's, and has no types here: a wrong path fails its test. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type Loose = Record<string, any>;
export const loose = (value: unknown) => value as Loose;

/** Every key of a configuration, at every depth. */
export function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(keysOf)];
}
