import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { installPrograms } from "./providers/install.ts";

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
    ...process.env,
    PATH: [programs, process.env["PATH"]].filter(Boolean).join(delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend}`,
    // No secret passes through the engine, see `npm run local:secrets`.
    PULUMI_CONFIG_PASSPHRASE: "private",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    // Of the event log, which says what was registered.
    PULUMI_DEBUG_COMMANDS: "true",
  };
}
