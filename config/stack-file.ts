import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { load } from "js-yaml";
import { loadCatalogue } from "./load-catalogue.ts";
import { resolveLandscape, type Landscape } from "./landscape.ts";
import { ownKeys, withPrefix } from "./own-keys.ts";
import { companyCatalogue, parseSettings, type Settings } from "./settings.ts";
import { SettingsError } from "./settings-error.ts";
import { refuseAmbiguousName, stackName } from "./stack-name.ts";

export { ownKeys } from "./own-keys.ts";

/** The project's root: relative paths of the settings start from it. */
export const projectDir = join(import.meta.dirname, "..");

/** A stack, as its file and its catalogue describe it. */
export interface Stack {
  /** Its name, without organisation and project. */
  name: string;
  settings: Settings;
  landscape: Landscape;
}

/** The parts of a stack file, or of `Pulumi.yaml`, that are read here. */
interface PulumiFile {
  config?: Record<string, unknown> | null;
  environment?: unknown;
}

/** The file of a stack. */
export function stackFile(name: string, directory = projectDir): string {
  return join(directory, `Pulumi.${name}.yaml`);
}

/**
 * Reads and checks a stack's settings and its landscape, without the engine.
 *
 * @param stack name of the stack, as in `Pulumi.<name>.yaml`, or in full: `acme/order-tracing/dev`.
 * @param directory folder of the stack files. Default: the project's root.
 * @throws SettingsError if the file is missing, is no YAML, or holds settings that cannot be used.
 */
export function readStack(stack: string, directory = projectDir): Stack {
  const name = stackName(stack);
  const file = stackFile(name, directory);
  const { config, environment } = readYaml(file);
  try {
    // The engine takes a key of the stack file as a whole, and a default only for a key that is not there.
    return resolveStack(name, ownKeys({ ...projectDefaults(directory), ...prefixed(config ?? {}) }), directory);
  } catch (error) {
    if (!(error instanceof SettingsError) || !environment) throw error;
    throw new SettingsError(`${error.message}\n\n${notFromEnvironment(file)}`);
  }
}

/** What an environment of Pulumi ESC may hold: the engine alone can open it. */
export function notFromEnvironment(file: string): string {
  return (
    `${file} names an environment. Commands run without the engine and cannot open it, so settings of this project stand in the file.\n` +
    `  allowed: credentials in the environment: \`pulumi env run <environment> -- npm run verify -- --stack …\` hands them over`
  );
}

/**
 * The other stacks of the project, as far as their files can be used: a half-written one is no reason to stop this one.
 *
 * @param name of the stack that is not meant.
 * @param directory folder of the stack files. Default: the project's root.
 */
export function otherStacks(name: string, directory = projectDir): Stack[] {
  return stackNames(directory)
    .filter((other) => other !== name)
    .sort()
    .flatMap((other) => {
      try {
        return [readStack(other, directory)];
      } catch (error) {
        if (error instanceof SettingsError) return [];
        throw error;
      }
    });
}

/** Names of the stacks that have a file. */
function stackNames(directory: string): string[] {
  return readdirSync(directory).flatMap((file) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(file)?.[1] ?? []);
}

/**
 * Checks a stack's settings against the landscape that they name.
 *
 * @param raw values by key, without the project's prefix.
 * @param directory folder that the catalogue's path starts from. Default: the project's root.
 * @throws SettingsError if they cannot be used, nor the name.
 */
export function resolveStack(name: string, raw: Record<string, unknown>, directory = projectDir): Stack {
  refuseAmbiguousName(name, stackNames(directory));
  const catalogue = loadCatalogue(raw["catalogueFile"] ?? resolve(projectDir, companyCatalogue), directory);
  const settings = parseSettings(catalogue, name, raw);
  return { name, settings, landscape: resolveLandscape(catalogue, settings) };
}

/** Values that `Pulumi.yaml` gives to all stacks: as such, as `value`, or as `default` of a declared key. */
function projectDefaults(directory: string): Record<string, unknown> {
  const file = join(directory, "Pulumi.yaml");
  if (!existsSync(file)) return {};
  return Object.fromEntries(
    Object.entries(prefixed(readYaml(file).config ?? {}))
      .map(([key, declared]): [string, unknown] => [key, defaultOf(declared)])
      .filter(([, value]) => value !== undefined),
  );
}

/** The two files may spell a key differently, and still mean the same one. */
function prefixed(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [withPrefix(key), value]));
}

function defaultOf(declared: unknown): unknown {
  if (typeof declared !== "object" || declared === null || Array.isArray(declared)) return declared;
  const { value, default: byDefault } = declared as { value?: unknown; default?: unknown };
  return value ?? byDefault;
}

function readYaml(file: string): PulumiFile {
  try {
    return load(readFileSync(file, "utf8")) ?? {};
  } catch (error) {
    throw new SettingsError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
