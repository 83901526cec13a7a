import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { engineVariables, installPrograms } from "./providers/install.ts";

/**
 * The environment of an engine with a home, a state and plugins of its own: nothing of a user's or of the local stack's is read or
 * changed.
 *
 * @param folder for all that it keeps; the caller removes it.
 */
export async function privateEngine(folder: string): Promise<NodeJS.ProcessEnv> {
  const [home, programs, backend] = ["home", "bin", "backend"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(backend, { recursive: true });
  await installPrograms({ programs, home });
  return {
    // No secret passes through the engine, see `npm run local:secrets`.
    ...engineVariables({ home, programs, backend, passphrase: "private" }),
    // Of the event log, which says what was registered.
    PULUMI_DEBUG_COMMANDS: "true",
  };
}
