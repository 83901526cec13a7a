import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { overhead } from "../../config/overhead.ts";
import { compare, overBudget } from "../bench/application/budget.ts";
import { environmentOf } from "../bench/application/company.ts";
import { inRoot } from "../bench/application/in-root.ts";
import { drive } from "../bench/application/load.ts";
import type { Seen, Turn } from "../bench/application/measure.ts";
import { dueAt, type Step } from "../bench/application/orders.ts";
import { overheadTable } from "../bench/application/report.ts";

import { peakMibOf, spansIn } from "../bench/application/said.ts";

describe("orders", () => {
  test("each comes to each of its steps once, in their order, with a rest between two", () => {
    const [steps, rest, orders] = [3, 2, 50];
    const due = Array.from({ length: steps * (orders + steps * rest) }, (_, tick) => ({
      tick,
      ...dueAt(tick, steps, rest),
    }));
    for (let order = 0; order < orders; order++) {
      const own = due.filter((one) => one.order === order);
      expect(own.map(({ step }) => step)).toEqual([0, 1, 2]);
      expect(own[1]!.tick - own[0]!.tick).toBe(steps * rest + 1);
    }
  });

  test("what fails is counted and does not hold up the others; only what is answered has a latency", async () => {
    const seen: string[] = [];
    const step = (name: string, answered: boolean, fails = false): Step => ({
      ...{ name, answered },
      run: (order) => {
        seen.push(`${name} ${order}`);
        return fails ? Promise.reject(new Error("no")) : Promise.resolve();
      },
    });
    const begun: number[] = [];
    const measure = () => Promise.resolve(void begun.push(seen.length));
    const steps = [step("ask", true), step("send", false), step("fail", true, true)];
    const load = { rate: 300, seconds: 0.1, warmSeconds: 0.2, restSeconds: 0.02 };
    const driven = await drive(steps, load, measure, new AbortController().signal);
    expect(seen).toHaveLength(driven.sent);
    expect(begun).toEqual([driven.sent - driven.requests]);
    expect(driven.requests).toBe(30);
    expect(driven.latencyMs).toHaveLength(10);
    expect(new Set(driven.failures)).toEqual(new Set(["fail: no"]));
  });
});

test("variables of a container are values, or come from the landscape's accounts", () => {
  const secrets = { "shop-db": { username: "shop", password: "p" } };
  const reference = (name: string) => ({ valueFrom: { secretKeyRef: { name, key: "password" } } });
  expect(
    environmentOf(
      [
        { name: "A", value: "" },
        { name: "B", ...reference("shop-db") },
      ],
      secrets,
    ),
  ).toEqual({
    ...{ A: "", B: "p" },
  });
  expect(() => environmentOf([{ name: "B", ...reference("other") }], secrets)).toThrow(
    "B comes from what is not there",
  );
});

test("links of a root lead to places in it", async () => {
  const root = await mkdtemp(join(tmpdir(), "root-"));
  try {
    await mkdir(join(root, "var"));
    await symlink("/run", join(root, "var/run"));
    await symlink("run", join(root, "var/beside"));
    expect(await inRoot(root, "/var/run/postgresql")).toBe(join(root, "run/postgresql"));
    expect(await inRoot(root, "var/beside/x")).toBe(join(root, "run/x"));
    expect(await inRoot(root, "/opt/there/is/none")).toBe(join(root, "opt/there/is/none"));
  } finally {
    await rm(root, { recursive: true });
  }
});

test("the kernel says the most memory that a program had", () => {
  expect(peakMibOf("VmPeak:\t 900000 kB\nVmHWM:\t  204800 kB\nVmRSS:\t  1024 kB\n")).toBe(200);
  expect(() => peakMibOf("Name:\tgone\n")).toThrow("how much memory");
});

test("spans are counted by the collector's lines", () => {
  const line = (spans: number) => `{"level":"info","msg":"Traces","resource spans":1,"spans":${spans}}\n`;
  expect(spansIn(`{"msg":"Everything is ready"}\n${line(3)}${line(40)}`)).toBe(43);
});

describe("the budget", () => {
  const off: Seen = {
    ...{ copySeconds: 0, startSeconds: 10, cpuMs: 4, memoryMib: 200, p50Ms: 3, p99Ms: 20 },
    ...{ agentCpuMs: 0, agentMemoryMib: 0, spans: 0 },
  };
  const { java } = overhead;
  const wired: Seen = {
    ...off,
    ...{ cpuMs: off.cpuMs + java.normal.cpuMs / 2, agentCpuMs: 0.1, agentMemoryMib: 40, spans: 5 },
  };
  const turn = (normal: Partial<Seen> = {}): Turn => ({ off, normal: { ...wired, ...normal }, weak: wired });
  const agent = { cpu: "20m", memoryMib: 96, queueSpans: 1, retrySeconds: 10 };
  const results = (...turns: Turn[]) => compare([{ runtime: "java", service: "shop-api", turns }], agent);

  test("is judged by what is added, turn by turn, with the ratio beside it", () => {
    const slow: Turn = { ...turn(), off: { ...off, cpuMs: 8 }, normal: { ...wired, cpuMs: 8 + java.normal.cpuMs } };
    const [normal] = results(turn(), slow, turn());
    expect(normal!.costs.cpuMs).toMatchObject({
      added: { median: java.normal.cpuMs / 2, least: java.normal.cpuMs / 2, most: java.normal.cpuMs },
      ratio: { median: 1 + java.normal.cpuMs / 8 },
      kept: true,
    });
    // Without, there is no agent: nothing is a number of times that.
    expect(normal!.costs.agentCpuMs.ratio).toBeUndefined();
    expect(overBudget(results(turn(), slow, turn()))).toEqual([]);
  });

  test("one turn over it is not over it, half of them are, and the line says where to write", () => {
    const over = turn({ memoryMib: off.memoryMib + java.normal.memoryMib + 1 });
    expect(overBudget(results(turn(), over, turn()))).toEqual([]);
    expect(overBudget(results(over, over, turn()))).toEqual([
      expect.stringMatching(
        /^shop-api \(java, normal\): memoryMib .* is over \d+: overhead\.java\.normal\.memoryMib in config\/overhead\.ts$/,
      ),
    ]);
  });

  test("the agent is held against its container's own limit, the smaller one of a weak service too", () => {
    const large: Turn = { off, normal: { ...wired, agentMemoryMib: 90 }, weak: { ...wired, agentMemoryMib: 90 } };
    expect(overBudget(results(large))).toEqual([expect.stringContaining("(java, weak): agentMemoryMib 90.00")]);
    expect(overheadTable(results(large))).toContain("over");
  });
});
