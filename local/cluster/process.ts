import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { logDir, runDir } from "../paths.ts";
import { untilItWorks, waitFor } from "../wait.ts";

/** Every daemon carries it in its environment: what carries it is ours, even if its pid file is gone. */
const marker = "ORDER_TRACING_DAEMON";

/** A process that outlives the command which starts it. */
export interface Daemon {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Content of its configuration files: a change of it, as of the command line, is a reason to start it again. */
  readonly configuration?: readonly string[];
  /** Resolves when it does its work; rejects as long as it does not. */
  readonly ready: () => Promise<unknown>;
  /** How long it may take to get ready, in seconds. Default: 60. */
  readonly patience?: number;
}

/** State of a daemon's process. */
export interface ProcessState {
  readonly name: string;
  /** Absent if it does not run. */
  readonly pid?: number;
  readonly log: string;
}

interface PidFile {
  readonly pid: number;
  /** Clock ticks since boot. With the boot's id it tells a process from a later one with the same pid. */
  readonly startTime: string;
  readonly boot: string;
  readonly fingerprint: string;
}

/**
 * Starts a daemon, unless it runs as it is to run, and waits until it is ready.
 *
 * @returns whether it was started
 * @throws if it ends or does not get ready in time; the message has the end of its log
 */
export async function ensureDaemon(daemon: Daemon): Promise<boolean> {
  const fingerprint = fingerprintOf(daemon);
  const known = await readPidFile(daemon.name);
  const alive = known !== undefined && isAlive(known);
  if (alive && known.fingerprint !== fingerprint) await stopDaemon(daemon.name);
  const started = !alive || known.fingerprint !== fingerprint;
  if (started) await launch(daemon, fingerprint);
  await waitUntilReady(daemon);
  return started;
}

/** State of the daemon called `name`. */
export async function processState(name: string): Promise<ProcessState> {
  const known = await readPidFile(name);
  const log = logOf(name);
  return known !== undefined && isAlive(known) ? { name, pid: known.pid, log } : { name, log };
}

/** Ends a daemon: SIGTERM, after `grace` seconds (default 15) SIGKILL. Does nothing if it does not run. */
export async function stopDaemon(name: string, grace = 15): Promise<void> {
  const known = await readPidFile(name);
  if (known !== undefined && isAlive(known)) await endProcesses([known.pid], grace);
  await rm(pidFileOf(name), { force: true });
}

/** Ends processes: SIGTERM, after `grace` seconds SIGKILL. Returns when all are gone. */
export async function endProcesses(pids: readonly number[], grace: number): Promise<void> {
  const started = new Map(pids.map((pid) => [pid, startTimeOf(pid)]));
  const left = () => pids.filter((pid) => started.get(pid) !== undefined && startTimeOf(pid) === started.get(pid));
  for (const [signal, seconds] of [
    ["SIGTERM", grace],
    ["SIGKILL", 10],
  ] as const) {
    if (seconds === 0) continue;
    for (const pid of left()) signalProcess(pid, signal);
    await waitFor(() => left().length === 0, { limit: seconds * 1000, every: 100 });
  }
  if (left().length > 0) throw new Error(`these processes do not end, not even by SIGKILL: ${left().join(", ")}`);
}

/** Pids of all processes that carry our marker, whatever the pid files say. */
export function markedProcesses(): number[] {
  return allPids().filter((pid) =>
    readProc(pid, "environ")
      .split("\0")
      .some((line) => line.startsWith(`${marker}=`)),
  );
}

/** Pids of all processes on this machine. */
export function allPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Content of a file in /proc/<pid>; empty if the process is gone. */
export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

async function launch(daemon: Daemon, fingerprint: string): Promise<void> {
  await mkdir(runDir, { recursive: true });
  await mkdir(logDir, { recursive: true });
  const log = logOf(daemon.name);
  if (((await stat(log).catch(() => undefined))?.size ?? 0) > 20_000_000) await rename(log, `${log}.1`);
  await using output = await open(log, "a");
  await output.write(`--- ${new Date().toISOString()} ${[daemon.command, ...daemon.args].join(" ")}\n`);
  const child = spawn(daemon.command, daemon.args, {
    cwd: "/",
    detached: true, // setsid: neither Ctrl-C nor the end of the terminal reaches it
    stdio: ["ignore", output.fd, output.fd],
    env: { PATH: process.env["PATH"], ...daemon.env, [marker]: daemon.name },
  });
  await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  child.unref();
  const pid = child.pid!;
  const content: PidFile = { pid, startTime: startTimeOf(pid) ?? "", boot: bootId(), fingerprint };
  await writeFile(pidFileOf(daemon.name), JSON.stringify(content));
}

async function waitUntilReady(daemon: Daemon): Promise<void> {
  const { name, patience = 60 } = daemon;
  const runs = async () => (await processState(name)).pid !== undefined;
  const ended = new Error("has ended");
  const attempt = async () => {
    if (!(await runs())) throw ended;
    await daemon.ready();
  };
  try {
    await untilItWorks(attempt, { limit: patience * 1000, every: 250, passing: (error) => error !== ended });
  } catch (error) {
    const reason = (await runs()) ? `is not ready after ${patience} s (${(error as Error).message})` : ended.message;
    throw new Error(await complaint(daemon, reason), { cause: error });
  }
}

async function complaint(daemon: Daemon, what: string): Promise<string> {
  const log = logOf(daemon.name);
  const lines = (await readFile(log, "utf8").catch(() => "")).trimEnd().split("\n").slice(-15);
  return `${daemon.name} ${what}. The end of ${log}:\n${lines.map((line) => `  ${line.slice(0, 300)}`).join("\n")}`;
}

function fingerprintOf(daemon: Daemon): string {
  const { name, command, args, env, configuration } = daemon;
  return createHash("sha256")
    .update(JSON.stringify([name, command, args, env, configuration]))
    .digest("hex");
}

async function readPidFile(name: string): Promise<PidFile | undefined> {
  try {
    return JSON.parse(await readFile(pidFileOf(name), "utf8")) as PidFile;
  } catch {
    return undefined; // not there, or half-written by a machine that went down: it says nothing then
  }
}

function isAlive(known: PidFile): boolean {
  return known.boot === bootId() && known.startTime !== "" && startTimeOf(known.pid) === known.startTime;
}

/** Field 22 of /proc/<pid>/stat; undefined if the process is gone or a zombie. */
function startTimeOf(pid: number): string | undefined {
  // The second field is the command in brackets and may itself hold spaces and brackets.
  const fields = readProc(pid, "stat")
    .replace(/^.*\) /s, "")
    .split(" ");
  return fields[0] === "Z" ? undefined : fields[19];
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

function logOf(name: string): string {
  return join(logDir, `${name}.log`);
}

function pidFileOf(name: string): string {
  return join(runDir, `${name}.json`);
}
