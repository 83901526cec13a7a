import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "../config/stack-file.ts";
import { AskError } from "../lib/ask-error.ts";
import { exitCodes } from "../lib/command-line.ts";
import { startCli } from "./engine/run.ts";
import type { Surroundings } from "./preview.ts";
import { migrated } from "./state/migrate.ts";

/**
 * Changes the stack's state to what this version of the program expects, and nothing else. Can be run again.
 *
 * @returns the exit code: 0.
 * @throws AskError if the state cannot be read, changed or written.
 */
export async function migrate(
  { settings }: Stack,
  { stack }: { stack: string },
  { directory, signal }: Surroundings,
): Promise<number> {
  // Secrets in it are encrypted, and still nobody else's business.
  const folder = await mkdtemp(join(tmpdir(), "order-tracing-state-"));
  const file = join(folder, "state.json");
  const pulumi = async (action: "export" | "import") => {
    const args = ["stack", action, "--stack", stack, "--file", file];
    const exitCode = await startCli({ command: settings.engine.command, args, directory, signal });
    if (exitCode !== 0) throw new AskError(`pulumi stack ${action} failed: see above. The state is as it was.`);
  };
  try {
    await pulumi("export");
    const result = migrated(await readFile(file, "utf8"));
    if (!result) {
      console.log("There was nothing to change.");
      return exitCodes.ok;
    }
    await writeFile(file, JSON.stringify(result.state), { mode: 0o600 });
    await pulumi("import");
    console.log(`The next \`up\` leaves where they are: ${result.changed.join(", ") || "none"}`);
    return exitCodes.ok;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
