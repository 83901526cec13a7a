import { createHash } from "node:crypto";
import { chmod, readFile } from "node:fs/promises";
import { AskError } from "../../lib/ask-error.ts";

/** A saved plan, and a checksum by which people know it again. */
export interface Plan {
  readonly file: string;
  readonly checksum: string;
}

/**
 * Reads a plan that the engine has saved. It holds the inputs of all resources: nobody else may read it.
 *
 * @throws AskError if there is none.
 */
export async function readPlan(file: string): Promise<Plan> {
  let content: Buffer;
  try {
    content = await readFile(file);
    await chmod(file, 0o600);
  } catch (cause) {
    throw new AskError(`The plan ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  return { file, checksum: createHash("sha256").update(content).digest("hex").slice(0, 12) };
}

/** Names of the resources that a run stopped at, because they would have become something else than the plan says. */
export function notAsPlanned(errors: readonly string[]): string[] {
  const names = errors.flatMap((error) => /resource urn:\S*::(\S+) violates plan:/.exec(error)?.[1] ?? []);
  return [...new Set(names)];
}
