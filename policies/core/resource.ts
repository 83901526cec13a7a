import { join } from "./value.ts";
import type { Json } from "./value.ts";

/** A resource as a judgement sees it: plain values, nothing of the engine. */
export interface Resource {
  readonly urn: string;
  /** For example `kubernetes:core/v1:Service`. */
  readonly type: string;
  readonly name: string;
  /** The inputs. What is not known in a preview is undefined here, and its path is in `unknown`. */
  readonly props: Json;
  readonly unknown: readonly string[];
}

/** The engine hands out inputs that throw wherever a value is not known yet: reading one is the only way to find out. */
export function readProps(of: object, isUnknown: (error: unknown) => boolean): Pick<Resource, "props" | "unknown"> {
  const unknown: string[] = [];
  const read = (value: unknown, path: string): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const keys = Object.keys(value);
    const entry = (key: string | number): unknown => {
      try {
        return read((value as Record<string | number, unknown>)[key], join(path, key));
      } catch (error) {
        if (!isUnknown(error)) throw error;
        unknown.push(join(path, key));
        return undefined;
      }
    };
    return Array.isArray(value)
      ? keys.map((key) => entry(Number(key)))
      : Object.fromEntries(keys.map((key) => [key, entry(key)]));
  };
  return { props: read(of, "") as Json, unknown };
}

/** Whether a finding about `path` could be about a value that is not known: the value, or what it is in or holds. */
export function isAboutUnknown(path: string, unknown: readonly string[]): string | undefined {
  const inside = (part: string, whole: string) =>
    part === whole || (part.startsWith(whole) && /^[.[]/.test(part.slice(whole.length)));
  return unknown.find((hidden) => inside(path, hidden) || (path !== "" && inside(hidden, path)));
}
