import { distance } from "fastest-levenshtein";
import { dotted, nearest } from "./explain.ts";
import { project } from "./project.ts";
import { settingNames } from "./settings.ts";
import { SettingsError } from "./settings-error.ts";

const prefix = `${project}:`;

/**
 * Picks this project's keys and takes their prefix off. A key that was emptied is left out: the file has null for it, the
 * engine hands over "".
 *
 * @param config all keys of the stack, as the engine or the stack file has them. Pulumi takes a key without any prefix for
 *   one of the project.
 * @throws SettingsError for a key that was probably meant for this project, and for an encrypted value.
 */
export function ownKeys(config: Record<string, unknown>): Record<string, unknown> {
  const problems = Object.keys(config).flatMap(misspelt);
  const own = Object.entries(config)
    .map(([key, value]): [string, unknown] => [withPrefix(key), value])
    .filter(([key, value]) => key.startsWith(prefix) && value !== null && value !== "")
    .map(([key, value]): [string, unknown] => [key.slice(prefix.length), value]);
  problems.push(...own.flatMap(([key, value]) => encrypted([key], value)));
  if (problems.length > 0) throw new SettingsError(problems.join("\n\n"));
  return Object.fromEntries(own);
}

/** A key as Pulumi takes it: one without any prefix is the project's. */
export function withPrefix(key: string): string {
  return key.includes(":") ? key : prefix + key;
}

/** A setting under a prefix that is nearly the project's: Pulumi passes it on, and nobody would ever read it. */
function misspelt(key: string): string[] {
  const [namespace = "", name] = key.split(":", 2);
  if (name === undefined || namespace === project || distance(namespace.toLowerCase(), project) > 2) return [];
  const meant = nearest(name, settingNames);
  // Somebody else's prefix may be similar: it takes one of our names behind it to be a mistake.
  return meant ? [`${key}: nobody reads it: its prefix is not ${project}\n  write:   ${dotted([meant])}`] : [];
}

/** Values that only the engine can read, at any depth. */
function encrypted(path: readonly string[], value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]![0] === "secure" && typeof entries[0]![1] === "string") {
    const key = dotted(path);
    return [
      `${key}: is encrypted, and the commands that read it have no key: no setting of this project is secret\n` +
        `  write:   pulumi config set --plaintext --path '${key}' <value>`,
    ];
  }
  return entries.flatMap(([key, item]) => encrypted([...path, key], item));
}
