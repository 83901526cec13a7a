import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { load } from "js-yaml";
import { checkCatalogue } from "./check-catalogue.ts";
import { resolveLandscape, type Landscape } from "./landscape.ts";
import type { Catalogue } from "./model.ts";
import { companyCatalogue, parseSettings, project, type Settings } from "./settings.ts";
import { SettingsError } from "./settings-error.ts";

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

/** A stack, as its file and its catalogue describe it. */
export interface Stack {
  /** Its name, without organisation and project. */
  name: string;
  settings: Settings;
  landscape: Landscape;
}

/**
 * Reads and checks a stack's settings and its landscape, without the engine.
 *
 * @param name name of the stack, as in `Pulumi.<name>.yaml`.
 * @param directory folder of the stack files. Default: the project's root.
 * @throws SettingsError if the file is missing, is no YAML, or holds settings that cannot be used.
 */
export function readStack(name: string, directory = projectDir): Stack {
  const file = join(directory, `Pulumi.${name}.yaml`);
  let content: unknown;
  try {
    content = load(readFileSync(file, "utf8"));
  } catch (error) {
    throw new SettingsError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const config = (content as { config?: Record<string, unknown> } | undefined)?.config ?? {};
  return resolveStack(name, ownKeys(config), directory);
}

/**
 * Checks a stack's settings against the landscape that they name.
 *
 * @param raw values by key, without the project's prefix.
 * @param directory folder that the catalogue's path starts from. Default: the project's root.
 */
export function resolveStack(name: string, raw: Record<string, unknown>, directory = projectDir): Stack {
  const catalogue = loadCatalogue(raw["catalogueFile"] ?? resolve(projectDir, companyCatalogue), directory);
  const settings = parseSettings(catalogue, name, raw);
  return { name, settings, landscape: resolveLandscape(catalogue, settings) };
}

/** The one place that loads a catalogue: everything else is handed it. */
function loadCatalogue(file: unknown, directory: string): Catalogue {
  const wrong = (problem: string) =>
    new SettingsError(
      `${project}:catalogueFile: ${JSON.stringify(file)}: ${problem}\n` +
        `  allowed: a TypeScript file that exports \`catalogue\`, made by \`defineCatalogue\`\n` +
        `  write:   ${project}:catalogueFile: ${companyCatalogue}`,
    );
  if (typeof file !== "string") throw wrong("is no path");
  let module: { catalogue?: Catalogue };
  try {
    // Not `import()`: the settings are read in places that cannot wait.
    module = createRequire(import.meta.url)(resolve(directory, file)) as typeof module;
  } catch (error) {
    throw wrong((error as Error).message);
  }
  if (!module.catalogue) throw wrong("exports no `catalogue`");
  checkCatalogue(module.catalogue, file);
  return module.catalogue;
}
