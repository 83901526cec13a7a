/** Forms in which values are compared; see `Property.canonical`. */

/** A list whose order means nothing. */
export function set(value: unknown): unknown {
  return Array.isArray(value) ? value.map((entry) => sortKeys(entry)).sort(byText) : value;
}

/** Text with JSON in it. */
export function json(value: unknown): unknown {
  return typeof value === "string" ? sortKeys(JSON.parse(value)) : sortKeys(value);
}

/** A time in seconds: a number, or text such as `86400`, `24h` or `1h30m`. */
export function seconds(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (/^\d+$/.test(value)) return Number(value);
  const units: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };
  const parts = [...value.matchAll(/(\d+)([smhd])/g)];
  if (parts.map(([part]) => part).join("") !== value) return value;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? "s"] ?? 1), 0);
}

/** Text whose blank ends mean nothing. */
export function trimmed(value: unknown): unknown {
  return typeof value === "string" ? value.trim() : value;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
