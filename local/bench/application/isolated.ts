import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readStack } from "../../../config/stack-file.ts";
import type { Runtime } from "../../../config/model.ts";
import { AskError } from "../../../lib/ask-error.ts";
import { prepareImages, type PreparedImages } from "./images.ts";
import type { Load } from "./load.ts";
import type { Turn } from "./measure.ts";
import { imagesOf } from "./patch.ts";
import { storesOf, subjects } from "./subjects.ts";

/** What the isolated process is to do. */
export interface Order {
  readonly images: PreparedImages;
  readonly turns: number;
  readonly load: Load;
}

/** What was seen of a runtime. */
export interface Result {
  readonly runtime: Runtime;
  readonly service: string;
  readonly turns: readonly Turn[];
}

/** Beside the file with the order. */
export const resultFile = "result.json";

/**
 * Measures the back ends of the landscape with their stores, all of them out of their images, in a network, a process tree and
 * mounts of their own: the ports and names of the landscape are free there, and all of it ends with one process.
 *
 * @throws AskError if it breaks off. Why, is among what it says.
 */
export async function measureIsolated(
  { turns, load }: Omit<Order, "images">,
  { progress, signal }: { progress: (message: string) => void; signal: AbortSignal },
): Promise<Result[]> {
  if (process.getuid?.() !== 0)
    throw new AskError("Only root may make namespaces and mounts: sudo npm run bench -- application");
  const stack = readStack("local");
  const names = subjects.flatMap((subject) => {
    const service = stack.landscape.services.find(({ id }) => id === subject.service);
    if (!service) throw new Error(`${subject.service} is switched off in the local stack: it cannot be measured.`);
    return [...storesOf(subject).map(({ image }) => image), ...imagesOf(stack, service)];
  });
  // Out here, where there is a network.
  const images = await prepareImages([...new Set(names)], { progress, signal });
  const folder = await mkdtemp(join(tmpdir(), "order-tracing-bench-"));
  try {
    const order = join(folder, "order.json");
    await writeFile(order, JSON.stringify({ images, turns, load } satisfies Order));
    await runIsolated([process.execPath, join(import.meta.dirname, "main.ts"), order], { folder, progress, signal });
    return JSON.parse(await readFile(join(folder, resultFile), "utf8")) as Result[];
  } finally {
    // The last of its processes may still be on its way out.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Its processes, network and mounts are nobody else's; with its first process all of them end. */
const namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

async function runIsolated(
  command: readonly string[],
  { folder, progress, signal }: { folder: string; progress: (message: string) => void; signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted();
  const script = 'ip link set lo up && exec "$@"';
  const child = spawn("unshare", [...namespaces, "/bin/sh", "-c", script, "sh", ...command], {
    // Ctrl-C of a terminal reaches this command alone.
    detached: true,
    env: { ...process.env, TMPDIR: folder },
    // Its input ends with this command, also where that is killed.
    stdio: ["pipe", "inherit", "pipe"],
  });
  createInterface({ input: child.stderr }).on("line", progress);
  const kill = () => void child.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  const [code] = (await once(child, "close")) as [number | null];
  signal.removeEventListener("abort", kill);
  signal.throwIfAborted();
  if (code !== 0) throw new AskError("The measurement broke off, for what stands above.");
}
