import { execFileSync } from "node:child_process";
import { appendFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { execa } from "execa";

/** How to compile programs of a module. */
export interface GoBuild {
  /** Folder of the module. */
  readonly module: string;
  /** Import paths of packages of type main. */
  readonly packages: readonly string[];
  readonly tags?: readonly string[];
  readonly ldflags: string;
  /** Path of the binary to write; of a folder, if there are several: each is then called by the end of its import path. */
  readonly output: string;
}

/** Where commands of a build work, and what ends them. */
export interface Workplace {
  /** Existing folder for temporary files. */
  readonly scratch: string;
  /** File that the commands' output is added to. */
  readonly log: string;
  readonly signal: AbortSignal;
}

/** The user's own flags must not change what is built; version control stamps would make every commit a new binary. */
export const goEnvironment = { CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false", GOWORK: "off", GOOS: "linux" };

/** No debug information: the linker would leave it out anyway. */
export const compilerFlags = "all=-dwarf=false";

/**
 * The compiler collects garbage as if memory were short, for a quarter of its time. It runs once per core at most; half of the
 * memory is left to all else.
 */
function compilerMemory(): NodeJS.ProcessEnv {
  return { GOGC: "off", GOMEMLIMIT: `${Math.round(totalmem() / 2 / availableParallelism() / 2 ** 20)}MiB` };
}

/** Version of the Go that would build the module, such as `go1.26.8`; undefined without a usable Go. */
export function goVersion(module: string): string | undefined {
  try {
    return execFileSync("go", ["env", "GOVERSION"], {
      cwd: module,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

/** Why Go cannot build the module, with the remedy; undefined when it can. Go itself compares the versions. */
export async function goProblem(module: string): Promise<string | undefined> {
  const result = await execa("go", ["list", "-m", "-mod=readonly"], { cwd: module, env: goEnvironment, reject: false });
  if (!result.failed) return undefined;
  const remedy =
    "Install the current Go (https://go.dev/dl) and put it on PATH, or pin the releases (local/toolchain/README.md).";
  if (result.code === "ENOENT") return `Go is needed to build the toolchain, but there is no "go" on PATH. ${remedy}`;
  return `The Go on PATH cannot build ${module}: ${result.stderr.trim() || result.shortMessage} ${remedy}`;
}

/**
 * Compiles programs, what they share once. `progress` gets the number of packages that were compiled so far.
 *
 * @throws with the end of the compiler's output; or the signal's reason when it is aborted, after the compiler has ended.
 */
export async function goBuild(build: GoBuild, place: Workplace, progress?: (packages: number) => void): Promise<void> {
  const tags = build.tags?.length ? ["-tags", build.tags.join(",")] : [];
  const options = ["-v", "-trimpath", "-mod=readonly", ...tags, `-gcflags=${compilerFlags}`, "-ldflags", build.ldflags];
  const args = ["build", ...options, "-o", build.output, ...build.packages];
  await run(["go", ...args], build.module, place, progress);
}

/** Runs a command in a process group of its own, so that Ctrl-C can end it together with the compilers that it started. */
export async function run(
  command: readonly [string, ...string[]],
  cwd: string,
  { scratch, log, signal }: Workplace,
  progress: (lines: number) => void = () => {},
): Promise<void> {
  signal.throwIfAborted();
  await appendFile(log, `\n$ cd ${cwd} && ${command.join(" ")}\n`);
  let lines = 0;
  const count = function* (line: unknown) {
    progress(++lines);
    yield line;
  };
  const [program, ...args] = command;
  const child = execa(program, args, {
    cwd,
    // Go's own work folder then goes with the staging folder, even if Go is killed.
    env: { ...goEnvironment, ...compilerMemory(), GOTMPDIR: scratch },
    detached: true,
    reject: false,
    stdin: "ignore",
    all: true,
    stdout: ["pipe", { file: log, append: true }],
    stderr: [count, "pipe", { file: log, append: true }],
  });
  const interrupt = () => {
    // SIGINT, because Go then removes its work folder; the group, because it does not pass the signal on.
    killGroup(child.pid, "SIGINT");
    patience = setTimeout(() => killGroup(child.pid, "SIGKILL"), 5_000);
  };
  let patience: NodeJS.Timeout | undefined;
  signal.addEventListener("abort", interrupt, { once: true });
  const result = await child;
  signal.removeEventListener("abort", interrupt);
  clearTimeout(patience);
  signal.throwIfAborted();
  if (!result.failed) return;
  const tail = result.all.split("\n").slice(-15).join("\n");
  throw new Error(`${result.shortMessage}\n${tail}\nThe whole output is in ${log}.`);
}

function killGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // It has ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
