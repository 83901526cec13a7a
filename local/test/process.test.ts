import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  endProcesses,
  ensureDaemon,
  markedProcesses,
  processState,
  readProc,
  stopDaemon,
  type Daemon,
} from "../cluster/process.ts";
import { logDir, runDir } from "../paths.ts";

// The real folders may hold a running cluster's.
jest.mock("../paths.ts", () => {
  const folder = mkdtempSync(join(tmpdir(), "order-tracing-process-"));
  return { runDir: join(folder, "run"), logDir: join(folder, "log") };
});

const name = "test-daemon";
const pidFile = () => join(runDir, `${name}.json`);
const log = () => readFileSync(join(logDir, `${name}.log`), "utf8");
const isAlive = (pid: number) => readProc(pid, "cmdline") !== "";

/** A shell that says when it is ready; `script` goes before its endless sleep. */
function shell(script = "", changes: Partial<Daemon> = {}): Daemon {
  const said = async () => {
    if (!(await Promise.resolve(log())).includes("ready")) throw new Error("said nothing");
  };
  const loop = "echo ready; while :; do sleep 0.1; done";
  return { name, command: "/bin/sh", args: ["-c", `${script}\n${loop}`], ready: said, ...changes };
}

async function pidOf(): Promise<number> {
  const { pid } = await processState(name);
  if (pid === undefined) throw new Error("it does not run");
  return pid;
}

/** A process of somebody else. */
async function stranger(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn("sleep", ["600"]);
  await once(child, "spawn");
  return child as ChildProcess & { readonly pid: number };
}

afterEach(async () => {
  await stopDaemon(name, 0);
  rmSync(join(logDir, ".."), { recursive: true, force: true });
});

describe("a daemon", () => {
  test("is started, carries its mark and outlives the terminal", async () => {
    expect(await ensureDaemon(shell())).toBe(true);
    const pid = await pidOf();
    expect(readProc(pid, "environ").split("\0")).toContain(`ORDER_TRACING_DAEMON=${name}`);
    const session = readProc(pid, "stat").split(" ")[5];
    expect(session).toBe(String(pid));
  });

  test("that runs as it is to run is left alone", async () => {
    await ensureDaemon(shell());
    const pid = await pidOf();
    expect(await ensureDaemon(shell())).toBe(false);
    expect(await pidOf()).toBe(pid);
  });

  test.each<[string, Daemon]>([
    ["command line", shell("true")],
    ["configuration", shell("", { configuration: ["changed"] })],
    ["environment", shell("", { env: { CHANGED: "1" } })],
  ])("is replaced when its %s changes", async (_, changed) => {
    await ensureDaemon(shell());
    const pid = await pidOf();
    expect(await ensureDaemon(changed)).toBe(true);
    expect(await pidOf()).not.toBe(pid);
    expect(isAlive(pid)).toBe(false);
  });

  test("gets nothing of this process's environment but PATH", async () => {
    process.env["SECRET_OF_THE_USER"] = "1";
    await ensureDaemon(shell("", { env: { OWN: "1" } }));
    delete process.env["SECRET_OF_THE_USER"];
    const environment = readProc(await pidOf(), "environ");
    expect(environment).toContain("OWN=1");
    expect(environment).toContain("PATH=");
    expect(environment).not.toContain("SECRET_OF_THE_USER");
  });

  test("that ends at once fails with the end of its log", async () => {
    const broken = { ...shell(), args: ["-c", "echo no such flag; exit 2"] };
    await expect(ensureDaemon(broken)).rejects.toThrow(/test-daemon has ended\. The end of .*no such flag/s);
  });

  test("that does not get ready in time fails with the reason, and goes on running for who looks for it", async () => {
    const mute = shell("", { ready: () => Promise.reject(new Error("answers 503")), patience: 0.1 });
    await expect(ensureDaemon(mute)).rejects.toThrow(/is not ready after 0\.1 s \(answers 503\)/);
    expect(isAlive(await pidOf())).toBe(true);
  });

  test("that cannot be started says why", async () => {
    await expect(ensureDaemon(shell("", { command: "/nonexistent" }))).rejects.toThrow("ENOENT");
    expect(await processState(name)).toEqual({ name, log: join(logDir, `${name}.log`) });
  });

  test("begins a new log when the old one is large", async () => {
    await ensureDaemon(shell());
    await stopDaemon(name);
    truncateSync(join(logDir, `${name}.log`), 20_000_001);
    await ensureDaemon(shell());
    expect(log().length).toBeLessThan(1000);
    expect(existsSync(join(logDir, `${name}.log.1`))).toBe(true);
  });
});

describe("the end of a daemon", () => {
  test("is asked for: it can put things in order", async () => {
    await ensureDaemon(shell(`trap "echo in order; exit" TERM`));
    const pid = await pidOf();
    await stopDaemon(name);
    expect(log()).toContain("in order");
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(pidFile())).toBe(false);
  });

  test("is forced when it does not listen", async () => {
    await ensureDaemon(shell(`trap "" TERM`));
    const pid = await pidOf();
    await stopDaemon(name, 0.2);
    expect(isAlive(pid)).toBe(false);
  });

  test("is no error when it has come already", async () => {
    await stopDaemon(name);
    await ensureDaemon(shell());
    await endProcesses([await pidOf()], 5);
    expect((await processState(name)).pid).toBeUndefined();
    await stopDaemon(name);
  });
});

describe("a process that is not ours", () => {
  /** Lets the pid file name `pid`, as it does after the pid went to somebody else. */
  async function claim(pid: number, changes: Record<string, unknown> = {}): Promise<void> {
    await ensureDaemon(shell());
    const content = JSON.parse(readFileSync(pidFile(), "utf8")) as Record<string, unknown>;
    await stopDaemon(name);
    writeFileSync(pidFile(), JSON.stringify({ ...content, pid, ...changes }));
  }

  test("is not taken for the daemon, not stopped, and does not keep it from starting", async () => {
    const other = await stranger();
    await claim(other.pid);
    expect((await processState(name)).pid).toBeUndefined();
    await stopDaemon(name);
    expect(isAlive(other.pid)).toBe(true);
    await claim(other.pid);
    expect(await ensureDaemon(shell())).toBe(true);
    expect(isAlive(other.pid)).toBe(true);
    other.kill();
  });

  test("is not taken for it after a reboot either, when even the start time may be the same", async () => {
    const other = await stranger();
    // Field 22, after the name in brackets.
    const startTime = readProc(other.pid, "stat").split(") ")[1]!.split(" ")[19];
    await claim(other.pid, { startTime });
    expect((await processState(name)).pid).toBe(other.pid);
    await claim(other.pid, { startTime, boot: "an earlier one" });
    expect((await processState(name)).pid).toBeUndefined();
    rmSync(pidFile());
    other.kill();
  });

  test("carries no mark", async () => {
    const other = await stranger();
    expect(markedProcesses()).not.toContain(other.pid);
    other.kill();
  });
});

test("a daemon whose pid file is lost or cut off is found by its mark", async () => {
  await ensureDaemon(shell());
  const pid = await pidOf();
  writeFileSync(pidFile(), '{"pid":');
  expect((await processState(name)).pid).toBeUndefined();
  expect(markedProcesses()).toContain(pid);
  await endProcesses([pid], 5);
  expect(isAlive(pid)).toBe(false);
});
