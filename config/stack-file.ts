import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { parseSettings, project, SettingsError, type Settings } from "./settings.ts";

/** The project's root: relative paths of the settings start from it. */
export const projectDir = join(import.meta.dirname, "..");

const prefix = `${project}:`;

/**
 * Picks this project's keys and takes their prefix off. Plain values may be text: the engine hands them over, and its
 * CLI writes them, without their type.
 */
export function ownKeys(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), typeof value === "string" ? typed(value) : value]),
  );
}

function typed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/**
 * Reads and checks the settings of a stack from its file, without the engine.
 *
 * @param stack name of the stack, as in `Pulumi.<stack>.yaml`.
 * @param directory folder of the stack files. Default: the project's root.
 * @throws SettingsError if the file is missing, is no YAML, or holds settings that cannot be used.
 */
export function readStackSettings(stack: string, directory = projectDir): Settings {
  const file = join(directory, `Pulumi.${stack}.yaml`);
  let content: unknown;
  try {
    content = load(readFileSync(file, "utf8"));
  } catch (error) {
    throw new SettingsError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const config = (content as { config?: Record<string, unknown> } | undefined)?.config ?? {};
  return parseSettings(stack, ownKeys(config));
}
