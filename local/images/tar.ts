import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";

/** In every header: when a file was made must not show. */
export const noTime = new Date(0);

/**
 * Writes a tar.
 *
 * @param fill adds the entries.
 * @throws what the target or `fill` fails with. Each of them ends the other.
 */
export async function writeTar(target: Writable, fill: (tar: Pack) => Promise<void>): Promise<void> {
  const tar = pack();
  const filled = async () => {
    try {
      await fill(tar);
      tar.finalize();
    } catch (error) {
      tar.destroy(error as Error);
      throw error;
    }
  };
  // Both from the start: a failure of the one that is awaited second would end the process.
  await Promise.all([pipeline(tar, target), filled()]);
}

/** Adds a file of this machine. */
export async function addFile(
  tar: Pack,
  header: Omit<Parameters<Pack["entry"]>[0], "size">,
  file: string,
): Promise<void> {
  const { size } = await stat(file);
  await pipeline(createReadStream(file), tar.entry({ ...header, size }));
}

/** SHA-256 of a file, hexadecimal. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
