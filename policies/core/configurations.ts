import { loadAll } from "js-yaml";
import { isRecord, join, recordsIn, remembered, text } from "./value.ts";
import type { Json } from "./value.ts";
import type { Resource } from "./resource.ts";

/** A value at the end of a path, in the resource itself or in a configuration that is written inside of it. */
export interface Leaf {
  /** As people write it; the part after ` » ` is inside of a text: `data["config.yaml"] » receivers.otlp`. */
  readonly path: string;
  readonly key: string;
  /** All keys of the innermost configuration, joined by dots, in lower case: `a: {b: 1}` and `a.b: 1` look the same. */
  readonly keys: string;
  readonly value: string | number | boolean;
  /** The text is a configuration whose leaves come by themselves. */
  readonly parsed: boolean;
}

/** A configuration: the resource's own inputs, or what is written in a text, in arguments or in an environment. */
export interface Configuration {
  readonly path: string;
  readonly value: Json;
}

interface Reading {
  readonly leaves: Leaf[];
  readonly configurations: Configuration[];
}

const read = remembered((resource: Resource): Reading => {
  const reading: Reading = { leaves: [], configurations: [{ path: "", value: resource.props }] };
  visit(reading, resource.props, { path: "", keys: [], depth: 0 });
  return reading;
});

/** Every value, also inside of YAML, JSON, properties, arguments and environment variables. */
export const leavesOf = (resource: Resource): readonly Leaf[] => read(resource).leaves;

/** The resource's inputs and every configuration inside of them. */
export const configurationsOf = (resource: Resource): readonly Configuration[] => read(resource).configurations;

interface Place {
  readonly path: string;
  readonly keys: readonly string[];
  /** How many texts we are in. */
  readonly depth: number;
}

function visit(reading: Reading, value: unknown, place: Place): void {
  if (Array.isArray(value)) visitList(reading, value, place);
  else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) visit(reading, item, under(place, key));
  } else if (typeof value === "string") visitText(reading, value, place);
  else if (typeof value === "number" || typeof value === "boolean") reading.leaves.push(leaf(place, value, false));
}

function visitList(reading: Reading, items: unknown[], place: Place): void {
  const environment =
    items.length > 0 &&
    items.every(
      (item) => isRecord(item) && typeof item["name"] === "string" && ("value" in item || "valueFrom" in item),
    );
  if (environment) {
    const named = (items as Json[]).filter(({ value }) => value !== undefined);
    open(reading, Object.fromEntries(named.map(({ name, value }) => [text(name)!, value])), place);
  } else if (items.some((item) => typeof item === "string" && /^--?[A-Za-z]/.test(item))) {
    open(reading, flags(items.map((item) => text(item) ?? "")), place);
  } else for (const [index, item] of items.entries()) visit(reading, item, { ...place, path: join(place.path, index) });
}

function visitText(reading: Reading, value: string, place: Place): void {
  // A ConfigMap may have its files in base64.
  const said = place.keys.at(-2) === "binaryData" ? Buffer.from(value, "base64").toString("utf8") : value;
  const inner = place.depth < 4 ? parsed(said, place.keys.at(-1) ?? "") : undefined;
  reading.leaves.push(leaf(place, value, inner?.whole === true));
  for (const item of inner?.values ?? [])
    open(reading, item, { ...place, path: `${place.path} »`, depth: place.depth + 1 });
}

/** A configuration of its own begins here: its keys are counted from here. */
function open(reading: Reading, value: unknown, place: Place): void {
  if (isRecord(value)) reading.configurations.push({ path: place.path, value });
  visit(reading, value, { ...place, keys: [] });
}

function under({ path, keys, depth }: Place, key: string): Place {
  return { path: join(path, key), keys: [...keys, key], depth };
}

const leaf = ({ path, keys }: Place, value: Leaf["value"], isParsed: boolean): Leaf => ({
  path,
  key: keys.at(-1) ?? "",
  keys: keys.join(".").toLowerCase(),
  value,
  parsed: isParsed,
});

/** What a text holds. `whole`: everything that it says is in the values. */
interface Parsed {
  readonly values: unknown[];
  readonly whole: boolean;
}

/** The configurations that a text holds; undefined if it is just a text. */
function parsed(value: string, key: string): Parsed | undefined {
  const values = structure(value);
  if (values) return { values, whole: true };
  const lines = /\n/.test(value) || /[.](?:properties|conf|cfg|toml|ini|env|hcl)$/.test(key);
  const found = lines ? properties(value) : undefined;
  return found && { values: found, whole: false };
}

function structure(value: string): unknown[] | undefined {
  const trimmed = value.trim();
  if (trimmed.startsWith("-----BEGIN")) return undefined;
  if (/^[[{]/.test(trimmed) && !trimmed.startsWith("{{"))
    return structured(() => [JSON.parse(trimmed) as unknown]) ?? yaml(trimmed);
  if (/^-[A-Za-z-]/.test(trimmed) && /(?:^|\s)-(?:D|-)\w/.test(trimmed)) return [flags(trimmed.split(/\s+/))];
  if (/^(?:yaml:)?\w+::/.test(trimmed)) return [nested(trimmed)];
  return yaml(trimmed);
}

function structured(parse: () => unknown[]): unknown[] | undefined {
  try {
    const found = parse().filter((item) => typeof item === "object" && item !== null);
    return found.length > 0 ? found : undefined;
  } catch {
    return undefined;
  }
}

const yaml = (value: string): unknown[] | undefined =>
  /[:-](?:\s|$)/m.test(value) ? structured(() => loadAll(value)) : undefined;

/** `key = value` and `key: value` by line, as in properties, TOML, INI and HCL. */
function properties(value: string): [Json] | undefined {
  const found: Json = {};
  for (const [, key, assigned] of value.matchAll(
    /^[ \t]*(?:export[ \t]+)?["']?([\w.-]+)["']?[ \t]*[=:][ \t]*(.*?)[ \t]*,?$/gm,
  )) {
    found[key!] = literal(assigned!);
  }
  return Object.keys(found).length > 0 ? [found] : undefined;
}

function literal(value: string): unknown {
  if (value.startsWith("[")) return structured(() => [JSON.parse(value) as unknown])?.[0] ?? value;
  return value.replace(/^(["'])(.*)\1$/, "$2");
}

/** `--key=value`, `--key value`, `-Dkey=value`; what is no flag stays in its order under the empty key. */
function flags(args: readonly string[]): Json {
  const found = Object.create(null) as Record<string, unknown[]>;
  for (let index = 0; index < args.length; index += 1) {
    const [, key, assigned] = /^(?:-D|--?)([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(args[index]!) ?? [];
    if (key === undefined) (found[""] ??= []).push(args[index]!);
    else if (assigned !== undefined) (found[key] ??= []).push(assigned.replace(/^(["'])(.*)\1$/s, "$2"));
    else {
      const next = args[index + 1];
      const taken = next !== undefined && !next.startsWith("-");
      // A flag alone is switched on; what follows may be its value.
      (found[key] ??= []).push(taken ? next : true);
      if (taken) index += 1;
    }
  }
  return Object.fromEntries(
    Object.entries(found).map(([key, values]) => [key, values.length === 1 ? values[0] : values]),
  );
}

/** The collector's `yaml:exporters::debug::verbosity: detailed`. */
function nested(value: string): Json {
  const keys = value.replace(/^yaml:/, "").split("::");
  const [last = "", assigned = ""] = keys.pop()!.split(/:\s*(.*)/s);
  return [...keys].reverse().reduce<Json>((inner, key) => ({ [key]: inner }), { [last]: assigned });
}

/** Every object of every configuration, at any depth: walked once, since many policies look through all of them. */
export const recordsOf = remembered((resource: Resource): readonly Configuration[] =>
  configurationsOf(resource).flatMap(({ value, path }) => [...recordsIn(value, path)]),
);

/** Configurations that look like what `is` says, also when they are a part of another one (`values.config` of a chart). */
export const configurationsLike = (resource: Resource, is: (value: Json) => boolean): Configuration[] =>
  recordsOf(resource).filter(({ value }) => is(value));
