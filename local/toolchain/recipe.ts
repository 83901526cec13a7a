import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compilerFlags, goEnvironment, goVersion } from "./go.ts";
import type { Part } from "./parts.ts";
import { pinned } from "./pins.ts";

/** Linker flags of a part: no symbol tables (a third of the size), and the version stamps. */
export const ldflags = (stamps: Readonly<Record<string, string>> = {}): string =>
  ["-s", "-w", ...Object.entries(stamps).map(([variable, value]) => `-X ${variable}=${value}`)].join(" ");

/** Hash of all that decides what a part's binaries are. */
export function recipeHash(part: Part): string {
  const hash = createHash("sha256");
  const releases = Object.entries(part.binaries).map(([name, { package: path, release }]) => [
    name,
    path,
    pinned(release),
  ]);
  const go = [goVersion(part.module), goEnvironment, compilerFlags, process.arch];
  const settings = [part.version, part.tags, ldflags(part.stamps), go];
  hash.update(JSON.stringify([settings, releases]));
  for (const module of [part.module, part.collectorBuilder]) {
    if (module !== undefined) hashModule(module, hash);
  }
  return hash.digest("hex").slice(0, 16);
}

/** Every file of the module, go.mod, go.sum and sources alike. */
function hashModule(module: string, hash: ReturnType<typeof createHash>): void {
  const files = readdirSync(module, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${file.slice(module.length)}\0${content.length}\0`).update(content);
  }
}
