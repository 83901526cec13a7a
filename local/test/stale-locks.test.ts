import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { removeStaleLocks } from "../stale-locks.ts";

const backend = mkdtempSync(join(tmpdir(), "order-tracing-locks-"));
const folder = join(backend, ".pulumi/locks/organization/order-tracing/local");

afterAll(() => rmSync(backend, { recursive: true }));

function lock(name: string, pid: number, host = hostname()): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ pid, hostname: host }));
  return file;
}

test("the lock of an engine that was killed goes; that of a running one, or of another machine, stays", async () => {
  await removeStaleLocks(backend);
  const ended = spawnSync("true").pid;
  const stale = lock("stale", ended);
  const held = lock("held", process.pid);
  const elsewhere = lock("elsewhere", ended, "another-machine");
  await removeStaleLocks(backend);
  expect([stale, held, elsewhere].map((file) => existsSync(file))).toEqual([false, true, true]);
});
