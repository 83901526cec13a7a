import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { keysFile } from "./settings.ts";

/** What Vault hands out once, when it is initialised. */
export interface VaultKeys {
  /** The one share of the unseal key. */
  readonly unsealKey: string;
  readonly rootToken: string;
}

/** @throws if they are not there */
export async function readKeys(): Promise<VaultKeys> {
  try {
    return JSON.parse(await readFile(keysFile, "utf8")) as VaultKeys;
  } catch (error) {
    throw new Error(
      `The keys of the corporate Vault cannot be read: ${(error as Error).message}\n` +
        'If Vault was never set up: run "npm run local". If its keys are lost: "npm run local:reset", then "npm run local".',
      { cause: error },
    );
  }
}

/** Keeps the keys. Those of an earlier Vault are kept beside them: it may still exist, in another cluster. */
export async function saveKeys(keys: VaultKeys): Promise<void> {
  await mkdir(dirname(keysFile), { recursive: true, mode: 0o700 });
  await rename(keysFile, `${keysFile}.${Date.now()}`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await writeFile(keysFile, `${JSON.stringify(keys)}\n`, { mode: 0o600, flag: "wx", flush: true });
}
