/** What several resource types have in common. */
import { z } from "zod";
import { json } from "../canonical.ts";
import type { Properties, Property } from "../properties.ts";

export const name: Property = { schema: z.string().min(1).max(255), replace: true };

/** Text with a JSON object in it. */
export const jsonObject = z.string().refine(isJsonObject, "must be the text of a JSON object");

export const metadata: Property = { schema: jsonObject.optional(), canonical: json, default: "{}", wire: "_meta" };

/** An alias of an index or a template. */
export const alias = z.strictObject({
  name: z.string(),
  filter: jsonObject.optional(),
  isHidden: z.boolean().optional(),
  isWriteIndex: z.boolean().optional(),
});
export type Alias = z.infer<typeof alias>;

/** Aliases as Elasticsearch takes them: by name. */
export function aliasesToWire(aliases: readonly Alias[]): Properties {
  return Object.fromEntries(
    aliases.map(({ name, filter, isHidden, isWriteIndex }) => [
      name,
      { ...(filter ? { filter: parse(filter) } : {}), is_hidden: isHidden, is_write_index: isWriteIndex },
    ]),
  );
}

/** The way back. */
export function aliasesFromWire(aliases: unknown): Alias[] {
  const entries = Object.entries((aliases ?? {}) as Record<string, Properties>);
  return entries.map(([name, { filter, is_hidden, is_write_index }]) => ({
    name,
    ...(filter ? { filter: JSON.stringify(filter) } : {}),
    ...(is_hidden ? { isHidden: true } : {}),
    ...(is_write_index ? { isWriteIndex: true } : {}),
  }));
}

/** Aliases in the form of comparison: by name, without what is the default. */
export function canonicalAliases(aliases: unknown): unknown {
  const entries = (aliases as Alias[]).map(({ name, filter, isHidden = false, isWriteIndex = false }) => [
    name,
    { filter: filter && json(filter), isHidden, isWriteIndex },
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** Settings in the form of comparison: Elasticsearch takes them nested or dotted, and answers in strings under `index`. */
export function canonicalSettings(settings: unknown): unknown {
  const flat = flatten(typeof settings === "string" ? parse(settings) : ((settings ?? {}) as Properties));
  return Object.fromEntries(
    flat.map(([key, value]) => [key.startsWith("index.") ? key : `index.${key}`, asText(value)] as const).sort(),
  );
}

export function parse(text: unknown): Properties {
  return JSON.parse(text as string) as Properties;
}

/** Names that are given; undefined ones would become null in a request. */
export function given(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

function flatten(value: Properties, prefix = ""): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]): [string, unknown][] =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? flatten(inner as Properties, `${prefix}${key}.`)
      : [[`${prefix}${key}`, inner]],
  );
}

function asText(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String) : String(value);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
