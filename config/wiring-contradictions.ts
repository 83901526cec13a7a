import { message, writeAs } from "./explain.ts";
import { resolveLandscape } from "./landscape.ts";
import type { Catalogue, Runtime } from "./model.ts";
import type { Settings } from "./settings.ts";

/** Settings of a service that say something about one runtime only. */
const ofRuntime = { dotnetRuntime: "dotnet", esModules: "nodejs" } as const satisfies Record<string, Runtime>;

/** Ways out that would change nothing: whoever wrote them believes that something is instrumented which is not. */
export function wiringContradictions(catalogue: Catalogue, settings: Settings): string[] {
  return resolveLandscape(catalogue, settings).services.flatMap(({ id, runtime }) =>
    Object.entries(ofRuntime).flatMap(([key, wanted]) => {
      const value = settings.services[id]?.[key as keyof typeof ofRuntime];
      if (value === undefined || runtime === wanted) return [];
      return message(["services", id, key], value, `is about ${wanted}, and ${id} is instrumented as ${runtime}`, {
        write: `${writeAs(["services", id, "runtime"], wanted)}\n# or remove ${key}`,
      });
    }),
  );
}
