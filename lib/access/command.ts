import { spawn } from "node:child_process";
import { AskError } from "../ask-error.ts";

/** A program with its arguments; no shell reads it. */
export type CommandLine = readonly string[];

/**
 * Starts a command of the settings. What it says on standard error is shown: it may have to ask something.
 *
 * @param setting the key that names it, for messages.
 * @param directory folder that it runs in: that of the stack file.
 */
export function startCommand(setting: string, [program, ...args]: CommandLine, directory: string) {
  if (program === undefined) throw new AskError(`${setting} names no program.`);
  const child = spawn(program, args, { cwd: directory, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new AskError(`${setting} cannot be run: ${program}: ${cause.message}`, { cause })),
    );
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new AskError(`${setting} failed: ${program} ended with ${signal ?? `code ${code}`}.`));
    });
  });
  // Whoever only uses its streams need not wait for its end.
  ended.catch(() => undefined);
  return { child, ended };
}
