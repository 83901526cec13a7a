import { createRequire } from "node:module";
import { resolve } from "node:path";
import { z } from "zod";
import { checkCatalogue } from "./check-catalogue.ts";
import { message, writeAs } from "./explain.ts";
import type { Catalogue } from "./model.ts";
import { companyCatalogue } from "./settings.ts";
import { SettingsError } from "./settings-error.ts";

/**
 * The one place that loads a catalogue: everything else is handed it.
 *
 * @param file its path, from the settings.
 * @param directory folder that a relative path starts from.
 * @throws SettingsError if there is no catalogue, or its names cannot be used.
 */
export function loadCatalogue(file: unknown, directory: string): Catalogue {
  const wrong = (problem: string) =>
    new SettingsError(
      message(["catalogueFile"], file, problem, {
        allowed: "a TypeScript file that exports `catalogue`, made by `defineCatalogue`",
        write: writeAs(["catalogueFile"], companyCatalogue),
      }),
    );
  if (typeof file !== "string") throw wrong("is no path");
  let module: { catalogue?: Catalogue };
  try {
    // Not `import()`: the settings are read in places that cannot wait.
    module = createRequire(import.meta.url)(resolve(directory, file)) as typeof module;
  } catch (error) {
    // What follows the first line are places in this program.
    throw wrong((error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!);
  }
  if (!module.catalogue) throw wrong("exports no `catalogue`");
  const [issue] = shape.safeParse(module.catalogue).error?.issues ?? [];
  if (issue) throw wrong(`has a \`catalogue\` that is none: ${issue.path.join(".")}: ${issue.message}`);
  checkCatalogue(module.catalogue, file);
  return module.catalogue;
}

const named = z.record(z.string(), z.looseObject({}));
/** What the rest relies on, for a file that nobody has checked the types of. */
const shape = z.looseObject({
  groups: z.array(z.string()),
  frontends: named,
  services: z.record(z.string(), z.looseObject({ group: z.string(), namespace: z.string() })),
  stores: z.record(z.string(), z.looseObject({ host: z.string() })),
  edges: z.array(z.looseObject({ from: z.string(), to: z.string() })),
  steps: named.optional(),
});
