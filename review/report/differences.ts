import { isDeepStrictEqual } from "node:util";
import { structuredPatch } from "diff";
import { dump } from "js-yaml";
import type { Inputs } from "../engine/steps.ts";
import { isPanel, panelSummary, placeless } from "./panels.ts";
import { isRecord, json, shown } from "./shown.ts";

/**
 * What changes between two inputs, as lines of a `diff` block: `-` and `+` in the first column. A text of several lines (a
 * configuration file) shows its own lines that change; a list is compared by the names of its items, not by their places.
 */
export function differences(before: Inputs | undefined, after: Inputs | undefined): string[] {
  return between(before && shown(before), after && shown(after), "");
}

function between(before: unknown, after: unknown, path: string): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isPanel(before) && isPanel(after)) {
    const [old, now] = [placeless(before), placeless(after)];
    return isDeepStrictEqual(old, now) ? [`  ${path}: moved`] : byKey(old, now, (key) => join(path, key));
  }
  if (isRecord(before) && isRecord(after)) return byKey(before, after, (key) => join(path, key));
  if (path === "") return byKey(record(before), record(after), (key) => key);
  if (before === undefined) return block("+", path, after);
  if (after === undefined) return block("-", path, before);
  if (Array.isArray(before) && Array.isArray(after)) {
    const [old, now] = [named(before), named(after)];
    if (old && now) return byKey(old, now, (name) => `${path}[${name}]`);
    // Items without names: the lines that change say more than two whole lists.
    if ([before, after].some((items: unknown[]) => items.some(isRecord)))
      return textLines(yaml(before), yaml(after), path);
  }
  if (typeof before === "string" && typeof after === "string") {
    const [old, now] = [json(before), json(after)];
    if (old && now) return between(old, now, `${path} »`);
    if (before.includes("\n") || after.includes("\n")) return textLines(before, after, path);
  }
  return [...block("-", path, before), ...block("+", path, after)];
}

function byKey(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  path: (key: string) => string,
): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => between(before[key], after[key], path(key)));
}

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

function join(path: string, key: string): string {
  const name = /^[\w$-]+$/.test(key) ? key : `"${key}"`;
  if (path === "") return name;
  return path.endsWith("»") ? `${path} ${name}` : `${path}.${name}`;
}

/** What tells the items of a list apart, as Kubernetes merges them. */
const identities = ["name", "mountPath", "containerPort", "port", "title"];

/** The list by what its items are called; undefined if they have no names of their own. */
function named(items: readonly unknown[]): Record<string, unknown> | undefined {
  for (const identity of identities) {
    const names = items.map((item) => record(item)[identity] ?? record(record(item)["metadata"])[identity]);
    const usable = names.every((name) => typeof name === "string" || typeof name === "number");
    if (usable && new Set(names).size === names.length) {
      return Object.fromEntries(items.map((item, index) => [String(names[index]), item]));
    }
  }
  return undefined;
}

const yaml = (value: unknown): string => dump(value, { lineWidth: -1, noRefs: true }).trimEnd();

/** A value as a whole, as YAML: people read it more easily than JSON. */
function block(sign: "+" | "-", path: string, value: unknown): string[] {
  const readable = typeof value === "string" ? (json(value) ?? value) : isPanel(value) ? panelSummary(value) : value;
  const scalar = typeof readable !== "object" || readable === null;
  const empty = !scalar && Object.keys(readable).length === 0;
  const text = yaml(readable);
  if ((scalar && !text.includes("\n")) || empty) return [`${sign} ${path}: ${text}`];
  if (scalar) {
    const lines = (readable as string).trimEnd().split("\n");
    return [`${sign} ${path}:`, ...lines.map((line) => `${sign}     ${line}`)];
  }
  return [`${sign} ${path}:`, ...text.split("\n").map((line) => `${sign}     ${line}`)];
}

/** Lines around a change: as few as tell where it is. */
const context = 2;

/** Lines of one text in another's place, each piece below the keys that it stands in. */
function textLines(before: string, after: string, path: string): string[] {
  // Else a line that is added at the end also takes the one before it for changed.
  const [from, to] = [before, after].map((text) => (text.endsWith("\n") ? text : `${text}\n`)) as [string, string];
  const { hunks } = structuredPatch("", "", from, to, undefined, undefined, { context });
  const old = before.split("\n");
  return [
    `# ${path}`,
    ...hunks.flatMap(({ oldStart, lines }) => {
      const first = oldStart + lines.findIndex((line) => !line.startsWith(" "));
      const where = enclosing(old, first - 1);
      return [
        `@@ line ${first}${where.length > 0 ? `, in ${where.join(" › ")}` : ""} @@`,
        ...lines.filter((line) => !line.startsWith("\\")).map((line) => `${line[0]!} ${line.slice(1)}`),
      ];
    }),
  ];
}

/** Keys of YAML that a line stands in, by its indentation. */
function enclosing(lines: readonly string[], index: number): string[] {
  const indentation = (line: string) => /^ */.exec(line)![0].length;
  const keys: string[] = [];
  let depth = indentation(lines[index] ?? "");
  for (let at = index - 1; at >= 0 && depth > 0; at -= 1) {
    const [, key] = /^ *(?:- )?["']?([\w./-]+)["']?:/.exec(lines[at]!) ?? [];
    if (key === undefined || indentation(lines[at]!) >= depth) continue;
    keys.unshift(key);
    depth = indentation(lines[at]!);
  }
  return keys;
}
