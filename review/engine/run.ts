import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { AskError } from "../../lib/ask-error.ts";

/** A run of the engine's command line. */
export interface CliRun {
  /** The program with its first arguments, from the settings: `engine.command`. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** The project's root. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** What people are to know, and to do, after Ctrl-C. */
  readonly interrupted?: string;
}

/** How a run ended, and what the engine has logged. */
export interface CliResult {
  readonly exitCode: number;
  readonly events: readonly EngineEvent[];
}

/**
 * Runs the engine once. People see its own progress on standard error; what the report is made of comes from its log of
 * events, which has what `--json` leaves out: the policies' findings.
 *
 * @throws AskError if the program cannot be started.
 */
export async function runCli({ args, signal, interrupted, ...run }: CliRun): Promise<CliResult> {
  // Nobody else may read what is written there; it is gone with the end of the command.
  const folder = await mkdtemp(join(tmpdir(), "order-tracing-review-"));
  const log = join(folder, "events.jsonl");
  try {
    const exitCode = await startCli({ ...run, args: [...args, "--event-log", log], signal });
    if (signal.aborted && interrupted) process.stderr.write(`Interrupted. ${interrupted}\n`);
    signal.throwIfAborted();
    return { exitCode, events: await readEvents(log) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs the engine's command line, whose output goes to standard error.
 *
 * @returns its exit code.
 * @throws AskError if the program cannot be started.
 */
export function startCli({ command: [program = "", ...first], args, directory, signal }: CliRun): Promise<number> {
  const child = spawn(program, [...first, ...args], {
    cwd: directory,
    // It may ask for a passphrase or for a yes. Standard output stays the command's own.
    stdio: ["inherit", process.stderr, process.stderr],
    // Without it the CLI does not know `--event-log`; nothing else changes.
    env: {
      // The program and the policies load thousands of files. Not below /tmp, as by default: others may write there.
      NODE_COMPILE_CACHE: join(directory, "node_modules/.cache/node"),
      ...process.env,
      ...{ PULUMI_DEBUG_COMMANDS: "true", PULUMI_SKIP_UPDATE_CHECK: "true" },
    },
  });
  // A terminal sends Ctrl-C to the CLI as well, and a second one makes it drop what it is doing.
  const interrupt = () => void (process.stdin.isTTY || child.kill("SIGINT"));
  signal.addEventListener("abort", interrupt, { once: true });
  return new Promise<number>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(
        new AskError(`engine.command cannot be run: ${program}: ${cause.message}. Is Pulumi installed?`, { cause }),
      ),
    );
    child.once("close", (code) => resolve(code ?? 1));
  }).finally(() => signal.removeEventListener("abort", interrupt));
}

async function readEvents(log: string): Promise<EngineEvent[]> {
  let text: string;
  try {
    text = await readFile(log, "utf8");
  } catch (error) {
    // It ended before there was anything to log: its own message stands above.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as EngineEvent);
}
