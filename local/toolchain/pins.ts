import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Release } from "./parts.ts";

/** The pinned checksums: sha256 in hex by address of the download. */
export const pinsFile = join(import.meta.dirname, "releases.json");

const Pins = z.record(z.url(), z.string().regex(/^[0-9a-f]{64}$/, "must be a sha256 in hex"));

/** What the checksum file says; a wrong file is an error, not an empty one. */
export const readPins = (): Record<string, string> => Pins.parse(JSON.parse(readFileSync(pinsFile, "utf8")));

let pins: Record<string, string> | undefined;

/** The pinned sha256 of a release; undefined means that it must not be used. Releases are for linux/amd64 alone. */
export function pinned(release: Release | undefined): string | undefined {
  if (!release || process.platform !== "linux" || process.arch !== "x64") return undefined;
  if (release.sha256) return release.sha256;
  pins ??= readPins();
  return pins[release.url];
}
