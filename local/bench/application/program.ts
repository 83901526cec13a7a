import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { waitFor } from "../../wait.ts";
import { cpuSecondsOf } from "../../checks/collector/cpu.ts";
import { peakMibOf } from "./said.ts";

/** A program in a root file system of its own. */
export interface ProgramSpec {
  readonly root: string;
  readonly command: readonly string[];
  /** Working directory. Default: `/`. */
  readonly directory?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** User and group. */
  readonly uid: number;
}

/** It runs. */
export interface Program {
  /** The last that it has written. */
  log(): string;
  runs(): boolean;
  /** CPU that it has used, user and system, milliseconds. */
  cpuMs(): Promise<number>;
  /** The most memory that it has had at once, MiB. */
  peakMib(): Promise<number>;
  /** Asks it to end, and kills it if it does not. */
  stop(): Promise<void>;
  /** How it has ended. */
  readonly ended: Promise<number | null>;
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Longer than any of them takes for what is under way. */
const graceMs = 25_000;
const logBytes = 20_000;

export function startProgram({ root, command, directory, env, uid }: ProgramSpec): Program {
  // Both programs make way for the one that is meant: its process is the child.
  const inside = directory === undefined ? command : ["/usr/bin/env", `--chdir=${directory}`, ...command];
  const child = spawn("chroot", [`--userspec=${uid}:${uid}`, root, ...inside], {
    // Without an entry in /etc/passwd this is what a container has.
    env: { PATH: path, HOME: "/", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const take = (chunk: Buffer) => (log = (log + chunk.toString()).slice(-logBytes));
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const runs = () => child.exitCode === null && child.signalCode === null;
  return {
    log: () => log,
    runs,
    ended,
    cpuMs: async () => (await cpuSecondsOf(child.pid!)) * 1_000,
    peakMib: async () => peakMibOf(await readFile(`/proc/${child.pid}/status`, "utf8")),
    async stop() {
      if (runs()) child.kill("SIGTERM");
      if (!(await waitFor(() => !runs(), { limit: graceMs, every: 20 }))) child.kill("SIGKILL");
      await ended;
    },
  };
}
