import { distance } from "fastest-levenshtein";
import { dump } from "js-yaml";
import type { z } from "zod";
import { project } from "./project.ts";
import { bare, childOf, definitionOf, exampleOf, shapeOf, type Schema } from "./schema-walk.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Turns an issue of the schema into messages for the person who edits the stack file: the key, the value given, what is
 * allowed, and what to write instead.
 */
export function explain(issue: Issue, schema: Schema, raw: unknown): string[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const block = path.reduce<Schema | undefined>(
      (at, key, index) => at && childOf(at, key, valueAt(raw, path.slice(0, index))),
      schema,
    );
    const allowed = block ? Object.keys(shapeOf(block, valueAt(raw, path))).sort() : [];
    return issue.keys.map((key) => {
      const meant = nearest(key, allowed);
      return message([...path, key], valueAt(raw, [...path, key]), "is no setting of this project", {
        allowed: allowed.join(", "),
        write: meant ? `${dotted([...path, meant])} instead of ${dotted([...path, key])}` : undefined,
      });
    });
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map((inner) =>
      message(path, undefined, `as a key: ${inner.message}`, { write: exampleFor(schema, path, raw) }),
    );
  }
  const given = valueAt(raw, path);
  const write = exampleFor(schema, path, raw);
  const problem = given === undefined ? "is missing" : problemOf(issue, given);
  // What a missing value may be follows from the line to write; of a choice, all are named.
  const allowed = given === undefined && !isChoice(issue) ? undefined : allowedValues(issue, schema);
  return [message(path, given, problem, { allowed, write })];
}

/** One message: the key, the value given, what is wrong, what is allowed, and the line to write. */
export function message(
  path: Path,
  given: unknown,
  problem: string,
  help: { allowed?: string | undefined; write?: string | undefined },
): string {
  const lines = [given === undefined ? `${dotted(path)} ${problem}` : `${dotted(path)}: ${show(given)}: ${problem}`];
  if (help.allowed) lines.push(`  allowed: ${help.allowed}`);
  if (help.write) lines.push(`  write:   ${help.write.replaceAll("\n", "\n           ")}`);
  return lines.join("\n");
}

/**
 * Lines below `config:` in the stack file that set a key, or the nearest key above it of which there is an example.
 *
 * @param raw what is set, as it decides which alternative of a block holds.
 */
export function exampleFor(schema: Schema, path: Path, raw: unknown): string | undefined {
  const steps: { path: Path; example: unknown }[] = [];
  let at: Schema | undefined = schema;
  for (let depth = 0; depth < path.length; depth++) {
    // An entry of a list is written with its list.
    if (definitionOf(bare(at)).type === "array") break;
    at = childOf(at, path[depth]!, valueAt(raw, path.slice(0, depth)));
    if (!at) break;
    steps.push({ path: path.slice(0, depth + 1), example: exampleOf(at) });
  }
  const last = steps.findLast(({ example }) => example !== undefined);
  return last && writeAs(last.path, last.example);
}

/** Lines below `config:` in the stack file that give a key this value. */
export function writeAs([first, ...rest]: Path, value: unknown): string {
  const block = rest.reduceRight<unknown>((inner, key) => ({ [String(key)]: inner }), value);
  return dump({ [`${project}:${String(first)}`]: block }, { flowLevel: 2, lineWidth: -1, quotingType: '"' }).trimEnd();
}

/** Name of a key in messages: `order-tracing:access.vpnRanges`. */
export function dotted(path: Path): string {
  return [`${project}:${String(path[0] ?? "")}`, ...path.slice(1).map(String)].join(".");
}

/** The known key that was probably meant: it differs by case or by at most two letters. */
export function nearest(key: string, known: readonly string[]): string | undefined {
  return known.find((candidate) => distance(key.toLowerCase(), candidate.toLowerCase()) <= 2);
}

function show(value: unknown): string {
  return JSON.stringify(value);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

/** The tag of an alternative is wrong or missing. */
function isChoice(issue: Issue): boolean {
  return issue.code === "invalid_union" && "discriminator" in issue && issue.discriminator !== undefined;
}

function problemOf(issue: Issue, given: unknown): string {
  if (isChoice(issue)) return "is no choice that there is";
  // YAML has made a number of 1.20, and what was written is lost.
  if (issue.code === "invalid_type" && issue.expected === "string" && typeof given !== "object") {
    return `is a ${typeof given}, and a text is wanted: put it into quotes`;
  }
  return issue.message;
}

function allowedValues(issue: Issue, schema: Schema): string | undefined {
  switch (issue.code) {
    case "invalid_value":
      return issue.values.map(show).join(", ");
    case "too_small":
      return `${String(issue.minimum)} or more`;
    case "too_big":
      return `${String(issue.maximum)} or less`;
    case "invalid_union": {
      const choice = childOf(schema, issue.path[0] ?? "", undefined);
      const { options = [], discriminator } = choice ? definitionOf(bare(choice)) : {};
      return (
        discriminator &&
        options
          .flatMap((option) => [...(option._zod.propValues?.[discriminator] ?? [])])
          .map(show)
          .join(", ")
      );
    }
    default:
      return undefined;
  }
}
