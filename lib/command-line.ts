import { addAbortSignal, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { CommanderError, InvalidArgumentError } from "commander";
import { AskError } from "./ask-error.ts";

/** What the exit codes of the commands mean that ask the running system. */
export const exitCodes = { ok: 0, found: 1, couldNotAsk: 2, interrupted: 130 } as const;

/**
 * Runs a command that asks the running system: Ctrl-C ends it and leaves nothing, an error for people is printed as its
 * message alone, any other with its stack.
 *
 * @param run what the command does; gives its exit code. The signal says that it was interrupted.
 * @returns the exit code for the process.
 */
export async function runCommand(run: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return await run(interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted) return exitCodes.interrupted;
    // Commander has printed it.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.couldNotAsk;
    process.stderr.write(`${error instanceof AskError ? error.message : (error as Error).stack}\n`);
    return exitCodes.couldNotAsk;
  } finally {
    process.removeListener("SIGINT", interrupt).removeListener("SIGTERM", interrupt);
  }
}

/** What a stream such as standard input gives until its end, which may never come: the signal ends the reading. */
export function readToEnd(stream: Readable, signal: AbortSignal): Promise<string> {
  return text(addAbortSignal(signal, stream));
}

/** Makes a bad value an error of the command line. Commander's second argument is the previous value. */
export function argument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

/** A run that takes longer says what it does, milliseconds. */
const quietMs = 2_000;

/** Reports on standard error what a command does, from the moment on that it takes longer than two seconds. */
export function progressWhenSlow(): (message: string) => void {
  const begin = Date.now();
  let last: string | undefined;
  // A run that turns out to be slow also says what it was doing when the quiet time ended.
  setTimeout(() => last && process.stderr.write(`${last}\n`), quietMs).unref();
  return (message) => {
    last = message;
    if (Date.now() - begin >= quietMs) process.stderr.write(`${message}\n`);
  };
}

/**
 * Traces per question to Jaeger: each is read whole, into the memory of Jaeger and of the command.
 *
 * @throws RangeError if it is not a number from 1 to 1500.
 */
export function parseDepth(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > 1500)
    throw new RangeError(`"${text}" is not from 1 to 1500.`);
  return Number(text);
}
