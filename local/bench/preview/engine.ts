import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dump } from "js-yaml";
import { repositoryDir } from "../../paths.ts";
import { privateEngine } from "../../private-engine.ts";
import { openCgroup } from "./cgroup.ts";
import { busyMs } from "./machine.ts";

/** What a preview has used: its engine, the program, the plugins and the policies together. */
export interface Used {
  /** CPU, user and system, milliseconds. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** CPU that was not to be had meanwhile: other processes used it, or other machines on the same host. Milliseconds. */
  readonly othersMs: number;
}

/** One preview. */
export interface PreviewRun {
  /** Folder of the project: the repository, or one of {@link projectOf}. */
  readonly project: string;
  readonly stack: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The engine with a home, a state and plugins of its own: nothing of a user's or of the local stack's is read or changed. */
export interface Engine {
  /** @throws Error with what was printed, if it fails. */
  preview(run: PreviewRun, signal: AbortSignal): Promise<Used>;
  /** The stack's file, for a project that does not have it. */
  readonly stackFile: (stack: string) => string;
}

/**
 * @param folder for all that it keeps; the caller removes it.
 * @param configs what the file of each stack has in it. None of them is ever applied.
 */
export async function prepareEngine(
  folder: string,
  kubeconfig: string,
  configs: ReadonlyMap<string, object>,
  signal: AbortSignal,
): Promise<Engine> {
  const env: NodeJS.ProcessEnv = { ...(await privateEngine(folder)), KUBECONFIG: kubeconfig };
  const run = (cwd: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    counted(join(folder, "bin/pulumi"), [...args, "--non-interactive"], { cwd, env: { ...env, ...more }, signal });

  const stacks = await projectOf(join(folder, "stacks"), "index.ts");
  const stackFile = (stack: string) => join(stacks, `Pulumi.${stack}.yaml`);
  for (const [stack, config] of configs) {
    await writeFile(stackFile(stack), dump(config));
    await run(stacks, ["stack", "init", stack]);
  }
  return {
    stackFile,
    preview: ({ project, stack, args = [], env: more }) =>
      run(
        project,
        ["preview", "--stack", stack, "--config-file", stackFile(stack), "--suppress-outputs", ...args],
        more,
      ),
  };
}

/**
 * A project of the same name with another program. It is a link: what the program imports is found from where it is.
 *
 * @param program file of the program, from the repository's root.
 */
export async function projectOf(folder: string, program: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  // The engine takes the versions of the providers from the manifest.
  for (const name of ["package.json", "node_modules"]) await symlink(join(repositoryDir, name), join(folder, name));
  await symlink(join(repositoryDir, program), join(folder, "index.ts"));
  await writeFile(join(folder, "Pulumi.yaml"), await readFile(join(repositoryDir, "Pulumi.yaml"), "utf8"));
  return folder;
}

async function counted(
  program: string,
  args: readonly string[],
  { signal, ...options }: { cwd: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<Used> {
  signal.throwIfAborted();
  const cgroup = await openCgroup();
  let output = "";
  try {
    const begin = performance.now();
    const busyBefore = await machineBusyMs();
    // The shell enters before there is anything to count, and becomes the program.
    const child = spawn("/bin/sh", ["-c", 'echo $$ > "$0" && exec "$@"', cgroup.entrance, program, ...args], {
      ...options,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const take = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const interrupt = () => void child.kill("SIGINT");
    signal.addEventListener("abort", interrupt, { once: true });
    const [code] = (await once(child, "exit")) as [number | null];
    signal.removeEventListener("abort", interrupt);
    const wallMs = performance.now() - begin;
    const busy = (await machineBusyMs()) - busyBefore;
    signal.throwIfAborted();
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} in ${options.cwd} ended with ${code}:\n${output}`);
    await cgroup.settled();
    const cpuMs = await cgroup.cpuMs();
    return { cpuMs, wallMs, othersMs: Math.max(0, busy - cpuMs) };
  } finally {
    await cgroup.close();
  }
}

const machineBusyMs = async () => busyMs(await readFile("/proc/stat", "utf8"));
