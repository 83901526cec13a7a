import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderYaml } from "../../../components/kubernetes/yaml.ts";
import { binary, type BinaryName } from "../../toolchain/index.ts";
import { waitFor } from "../../wait.ts";
import { cpuSecondsOf } from "./cpu.ts";

/** How a collector is started. */
interface StartOptions {
  /** Besides its configuration. */
  args?: readonly string[];
  /** Variables that its configuration reads. */
  env?: Readonly<Record<string, string>>;
  /** Jaeger is a collector too. */
  program?: Extract<BinaryName, "otelcol-contrib" | "jaeger">;
}

/** A collector that is really running. */
export interface CollectorProcess {
  readonly pid: number;
  /** What it has written to its log so far. */
  log(): string;
  /** CPU seconds that it has used. */
  cpuSeconds(): Promise<number>;
  /** Memory that it has now and the kernel cannot take back, MiB: what counts against a container's limit. */
  memoryMib(): Promise<number>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
}

const running = new Set<CollectorProcess>();
const endings: (() => Promise<void>)[] = [];
/** Files of all collectors of this run. */
const files = mkdtempSync(join(tmpdir(), "collector-"));
let stopping = false;

/** A folder for the files of one collector. It goes with {@link stopCollectors}. */
export const newFolder = (): Promise<string> => mkdtemp(join(files, "run-"));

/** What else a check started, a server or a folder, goes with {@link stopCollectors}: the last one first. */
export function atEnd(end: () => Promise<void>): void {
  endings.unshift(end);
}

/** Ends every collector that still runs, and those that are about to: a check must leave none behind, Ctrl-C included. */
export async function stopCollectors(): Promise<void> {
  stopping = true;
  await Promise.all([...running].map((one) => one.kill()));
  for (const end of endings.splice(0)) await end();
  rmSync(files, { recursive: true, force: true });
}

/** Ends a check by Ctrl-C without a collector or a file left. */
export function stopOnSignals(): void {
  let ending: Promise<never> | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Not `once`: where nobody listens any more, the library that runs commands ends the process at once.
    process.on(signal, () => {
      ending ??= stopCollectors().then(() => process.exit(signal === "SIGINT" ? 130 : 143));
    });
  }
}

/** A port of the loopback that nobody listens on. Below those that the kernel gives to connections, which would be taken again at once. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!free) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/**
 * Starts a collector of the toolchain.
 *
 * @param folder for its configuration, see {@link newFolder}.
 * @param answers says whether it is ready. It may throw as long as it is not.
 * @throws with its log, if it does not get ready.
 */
export async function startCollector(
  config: object,
  folder: string,
  answers: () => Promise<boolean>,
  { args = [], env = {}, program = "otelcol-contrib" }: StartOptions = {},
): Promise<CollectorProcess> {
  await writeFile(join(folder, "config.yaml"), renderYaml(config));
  if (stopping) throw new Error("Interrupted.");
  const child = spawn(binary(program), [`--config=${join(folder, "config.yaml")}`, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, "exit");
  const collector: CollectorProcess = {
    pid: child.pid ?? 0,
    log: () => log,
    cpuSeconds: () => cpuSecondsOf(child.pid!),
    async memoryMib() {
      const [, kib] = /^RssAnon:\s+(\d+) kB$/m.exec(await readFile(`/proc/${child.pid}/status`, "utf8")) ?? [];
      if (kib === undefined) throw new Error(`${program} has ended:\n${log}`);
      return Number(kib) / 1024;
    },
    async kill() {
      if (!running.delete(collector)) return;
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await ended;
    },
  };
  running.add(collector);
  const isUp = () => child.exitCode === null && answers().catch(() => false);
  const state = await waitFor(async () => ((await isUp()) ? "answers" : child.exitCode !== null && "has ended"), {
    limit: 30_000,
    every: 50,
  });
  if (state === "answers") return collector;
  await collector.kill();
  throw new Error(`${program} does not ${state ? "start with this configuration" : "answer"}:\n${log}`);
}
