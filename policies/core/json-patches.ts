import { load } from "js-yaml";
import { at, isRecord, list, opened, record, text } from "./value.ts";
import type { Json } from "./value.ts";

/** The object that a patch by operations (RFC 6902) says, as far as it says it: `{ op, path: /spec/type, value }`. */
export function patched({ patch, target }: Json): Json | undefined {
  const kind = text(at(target, "kind"));
  const operations = typeof patch === "string" ? parsed(patch) : list(patch);
  const setting = operations.map(record).filter(({ op }) => op === "add" || op === "replace");
  if (kind === undefined || setting.length === 0) return undefined;
  const [group, version = "v1"] = [text(at(target, "group")), text(at(target, "version"))];
  const body: Json = {};
  for (const { path, value } of setting) put(body, (text(path) ?? "").split("/").slice(1).map(unescaped), value);
  return { ...body, apiVersion: group ? `${group}/${version}` : version, kind, metadata: named(body, target) };
}

const named = (body: Json, target: unknown): Json => ({ name: at(target, "name"), ...record(body["metadata"]) });

const unescaped = (key: string): string => key.replaceAll("~1", "/").replaceAll("~0", "~");

function parsed(patch: string): unknown[] {
  try {
    return list(load(patch));
  } catch {
    return [];
  }
}

/** Places of a list are filled from its beginning: which one is meant does not matter here. */
function put(into: Json, [key, ...rest]: readonly string[], value: unknown): void {
  if (key === undefined) return;
  const next = rest[0];
  if (next === undefined) into[key] = value;
  else if (/^(?:\d+|-)$/.test(next)) {
    const items = Array.isArray(into[key]) ? (into[key] as unknown[]) : [];
    into[key] = items;
    if (rest.length === 1) items.push(value);
    else {
      const item = items.find(isRecord) ?? {};
      if (!items.includes(item)) items.push(item);
      put(item, rest.slice(1), value);
    }
  } else put(opened(into, key), rest, value);
}
