/** A JSON object whose shape nobody promises. */
export type Json = Record<string, unknown>;

export const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object, or an empty one: what is not there has no properties. */
export const record = (value: unknown): Json => (isRecord(value) ? value : {});
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
export const texts = (value: unknown): string[] => list(value).filter((item) => typeof item === "string");

/** Text, number or boolean as text; undefined for everything else. */
export function text(value: unknown): string | undefined {
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
}

/** What is at the end of the keys, or undefined. */
export function at(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((found, key) => record(found)[key], value);
}

/** The object under the key, made if there is none. A key that others chose may be `__proto__`, and is not to be everybody's. */
export function opened(into: Json, key: string): Json {
  const inner = Object.hasOwn(into, key) ? record(into[key]) : {};
  Object.defineProperty(into, key, { value: inner, enumerable: true, writable: true, configurable: true });
  return inner;
}

/** The path of a property as people write it: `spec.containers[0].env`, `data["config.yaml"]`, or in a text `data.a » b`. */
export function join(path: string, key: string | number): string {
  if (path.endsWith("»")) return `${path} ${join("", key)}`;
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^[\w$-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Joins several keys. */
export const within = (path: string, ...keys: (string | number)[]): string => keys.reduce<string>(join, path);

/** Every object at any depth, with its path; the outermost first. */
export function* recordsIn(value: unknown, path = ""): Generator<{ value: Json; path: string }> {
  if (isRecord(value)) {
    yield { value, path };
    for (const [key, item] of Object.entries(value)) yield* recordsIn(item, join(path, key));
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* recordsIn(item, join(path, index));
  }
}

/** Computes once for each object, and forgets with it. */
export function remembered<Of extends object, Result>(compute: (of: Of) => Result): (of: Of) => Result {
  const known = new WeakMap<Of, { result: Result }>();
  return (of) => {
    const found = known.get(of) ?? { result: compute(of) };
    known.set(of, found);
    return found.result;
  };
}
