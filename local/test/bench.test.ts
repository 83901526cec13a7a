import { checkCatalogue } from "../../config/check-catalogue.ts";
import { allowedKeys } from "../../components/collector/redaction/allowed-keys.ts";
import { harmlessShapes } from "../../components/collector/redaction/harmless-shapes.ts";
import { plainRequests } from "../bench/load/plain.ts";
import { disguised, newDisguise, readRecording } from "../bench/load/recording.ts";
import type { Turn } from "../bench/pipeline/measure.ts";
import { resultsOf, spreadOf, tableOf } from "../bench/pipeline/report.ts";
import { cgroupRoot, usedMs } from "../bench/preview/cgroup.ts";
import { busyMs } from "../bench/preview/machine.ts";
import { landscapeOf } from "../bench/preview/landscape.ts";
import { previewResults } from "../bench/preview/report.ts";
import { differences } from "../bench/preview/same.ts";
import { policyLines, policyShares } from "../bench/preview/policy-share.ts";
import { readStackFile, renamedPolicies, stackConfig } from "../bench/preview/stack.ts";
import { receivedOf } from "../checks/collector/received.ts";

describe("the recording", () => {
  test("has spans of all three back ends, and traces that they share", async () => {
    const recording = await readRecording();
    expect(recording.reduce((sum, { spans }) => sum + spans, 0)).toBe(1_492);
    const services = new Map<string, Set<string>>();
    for (const { service, body } of recording) {
      for (const { traceId } of receivedOf(body))
        services.set(traceId, (services.get(traceId) ?? new Set()).add(service));
    }
    expect([...services.values()].some((of) => of.has("crm-api") && of.has("mes-api"))).toBe(true);
  });

  test("a copy is the same spans under other ids, which fit those of the other requests", async () => {
    const recording = await readRecording();
    const disguise = newDisguise();
    const ids = (bodies: readonly Buffer[]) => bodies.flatMap((body) => receivedOf(body).map(({ traceId }) => traceId));
    const before = ids(recording.map(({ body }) => body));
    const after = ids(recording.map((one) => disguised(one, disguise)));
    expect(new Set([...before, ...after]).size).toBe(2 * new Set(before).size);
    // What was one trace is one trace.
    expect(before.map((id) => before.indexOf(id))).toEqual(after.map((id) => after.indexOf(id)));
    const [one] = recording;
    const [was] = receivedOf(one!.body);
    const [now] = receivedOf(disguised(one!, disguise));
    expect({ ...now, traceId: was!.traceId, everything: "" }).toEqual({ ...was, everything: "" });
    expect(disguised(one!, Buffer.alloc(16))).toEqual(one!.body);
  });
});

/** A harmless shape in JavaScript's own dialect. */
const asWhole = (shape: string) => new RegExp(shape.replace("(?i:", "(?:").replaceAll("\\z", "$"), "u");

test("the plain load has spans of one attribute of 300 bytes, which the redaction lets through", () => {
  const received = plainRequests(1_100).flatMap(({ service, body, spans }) => {
    const all = receivedOf(body);
    expect(all).toHaveLength(spans);
    return all.map((one) => ({ service, ...one }));
  });
  // Of each back end what its SDK has after a second.
  expect(received).toHaveLength(3 * 364);
  expect(new Set(received.map(({ traceId }) => traceId)).size).toBe(received.length / 4);
  for (const { service, resource, span, spanName } of received) {
    expect({ resource, spanName }).toEqual({ resource: { "service.name": service }, spanName: "call" });
    const [[key, value]] = Object.entries(span) as [[string, string]];
    expect(Object.keys(span)).toHaveLength(1);
    expect(value).toHaveLength(300);
    expect(allowedKeys).toContain(key);
    expect(harmlessShapes.some((shape) => asWhole(shape).test(value))).toBe(true);
  }
});

describe("the report", () => {
  const turn = (all: number, lost = 0): Turn => ({
    agent: 0,
    gateway: 0,
    sampler: all / 2,
    jaeger: all / 2,
    all,
    lost,
  });
  const about = { title: "", guarantees: "" };

  test("compares turn by turn, since both felt the same machine then", () => {
    const [ours, peer] = resultsOf([
      { id: "ours", ...about, turns: [turn(100), turn(200), turn(400)] },
      { id: "peer", ...about, turns: [turn(150), turn(300), turn(200, 7)] },
    ]);
    expect(ours).toMatchObject({ ratio: { median: 1, least: 1, most: 1 }, spansPerCore: 5_000, lost: 0 });
    expect(peer).toMatchObject({ ratio: { median: 1.5, least: 0.5, most: 1.5 }, lost: 7 });
    expect(tableOf([ours!, peer!])).toContain("1.50 (0.50 to 1.50)");
  });

  test("the middle of an even number of values lies between two", () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, most: 4 });
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

describe("previews", () => {
  test("a landscape of any size is a catalogue, and names nothing twice", () => {
    const landscape = landscapeOf(100);
    expect(() => checkCatalogue(landscape, "bench")).not.toThrow();
    expect(Object.keys(landscape.services)).toHaveLength(100);
    expect(new Set(Object.values(landscape.services).map(({ group }) => group))).toEqual(new Set(landscape.groups));
  });

  const files = { ca: "/bench/ca.crt", serviceAccountKeys: "/bench/tokens.pub" };

  test.each(["local", "dev", "prod"])("%s is measured without a file or a cluster of a company", (stack) => {
    const text = JSON.stringify(stackConfig(readStackFile(stack), files));
    expect(text).not.toMatch(/\/var\/lib|"trust\/|"context"|"kubeconfigFile"|"engine"/);
    expect(text).toContain('"caFile":"/bench/ca.crt"');
    expect(text).toContain('"order-tracing:cluster":{"serviceAccountKeysFile":"/bench/tokens.pub"}');
  });

  test("a stack has its own landscape, or another one", () => {
    const key = "order-tracing:catalogueFile";
    const given = stackConfig(readStackFile("local"), { ...files, catalogue: "/bench/catalogue.ts" });
    expect(given.config[key]).toBe("/bench/catalogue.ts");
    expect(stackConfig(readStackFile("local"), files).config[key]).toBe("local/landscape/catalogue.ts");
    expect(stackConfig(readStackFile("prod"), files).config).not.toHaveProperty([key]);
  });

  test("the pack is told of a stack by the name that it has here", () => {
    const told = JSON.stringify({ policy: { days: 30, others: { "prod-tracing-audit": 180 } }, groups: ["prod"] });
    expect(JSON.parse(renamedPolicies(told, "prod", "bench-prod"))).toEqual({
      policy: { days: 30, others: { "bench-prod-tracing-audit": 180 } },
      groups: ["prod"],
    });
  });

  const logOf = (...resources: { type: string; name: string; inputs: object; custom?: boolean }[]) =>
    resources
      .map(({ type, name, inputs, custom = true }) => {
        return JSON.stringify({
          resourcePreEvent: { metadata: { new: { type, urn: `urn:pulumi:s::p::${type}::${name}`, inputs, custom } } },
        });
      })
      .join("\n");

  test("two programs are compared by what they would make, whatever the order of keys in a text", () => {
    const one = { type: "a:b:C", name: "one", inputs: { list: '[{"x":1,"y":2}]' } };
    const component = { type: "tracing:a:B", name: "all", inputs: {}, custom: false };
    expect(differences(logOf(one, component), logOf({ ...one, inputs: { list: '[{"y":2,"x":1}]' } }))).toEqual([]);
    expect(differences(logOf(one), logOf({ ...one, inputs: { list: '[{"x":1}]' } }))).toEqual(["a:b:C one"]);
    expect(differences(logOf(one), logOf())).toEqual(["a:b:C one"]);
  });

  test("CPU is read from a group of version 2, wherever it is", () => {
    const mounts = "tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup /sys/fs/cgroup/cpu cgroup rw 0 0\n";
    expect(cgroupRoot(`${mounts}cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n`)).toBe("/sys/fs/cgroup/unified");
    expect(() => cgroupRoot(mounts)).toThrow("no mount of cgroup2");
    expect(usedMs("usage_usec 868057\nuser_usec 852615\n")).toBe(868.057);
    expect(() => usedMs("")).toThrow("does not say");
  });

  test("a machine is busy with what it runs, and with what its host takes away; not with what it waits for", () => {
    //                   user nice system idle iowait irq softirq steal
    expect(busyMs("cpu  100 20 30 9000 800 4 5 60 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n")).toBe(2_190);
    expect(() => busyMs("intr 1\n")).toThrow("does not say");
  });

  test("ratios are taken turn by turn", () => {
    const used = (cpuMs: number) => ({ cpuMs, wallMs: 2 * cpuMs, othersMs: 0 });
    const turns = [
      { bare: used(10), ours: used(12), "with policies": used(20) },
      { bare: used(20), ours: used(22), "with policies": used(30) },
    ];
    const [bare, ours] = previewResults([{ title: "3 services", ofFile: false, resources: 7, turns }]);
    expect(bare!.cpuRatio).toEqual({ median: 1, least: 1, most: 1 });
    expect(ours!.cpuRatio.least).toBeCloseTo(1.1);
    expect(ours!.cpuRatio.most).toBeCloseTo(1.2);
  });

  describe("what the policies add", () => {
    const turn = (ours: number, judged: number, othersMs = 0) => {
      const used = (wallMs: number) => ({ cpuMs: wallMs / 2, wallMs, othersMs });
      return { bare: used(1_000), ours: used(ours), "with policies": used(judged) };
    };
    const shareOf = (turns: ReturnType<typeof turn>[], ofFile = true) =>
      policyShares([{ title: "prod", ofFile, resources: 7, turns }])[0]!;

    test("is taken turn by turn, and held against the goal", () => {
      const share = shareOf([turn(10_000, 12_000), turn(20_000, 21_000), turn(5_000, 9_000)]);
      expect(share).toMatchObject({ wallMs: { median: 2_000, least: 1_000, most: 4_000 }, verdict: "holds" });
      expect(share.cpuMs.median).toBe(1_000);
      expect(policyLines([share])).toBe(
        "prod: the policies add 2.0 (1.0 to 4.0) s by the clock, 1.0 (0.5 to 2.0) s of CPU; " +
          "others used 0.0 cores meanwhile. At most 3 s by the clock: holds",
      );
    });

    test("is judged only where nobody else used the machine", () => {
      expect(shareOf([turn(10_000, 13_001)]).verdict).toBe("missed");
      expect(shareOf([turn(10_000, 14_000, 10_000)]).verdict).toMatch("not shown");
      expect(shareOf([turn(10_000, 9_000, 10_000)]).verdict).toMatch("not shown");
    });

    test("is told without a goal where the stack is no one's", () => {
      const share = shareOf([turn(10_000, 14_000)], false);
      expect(share).not.toHaveProperty("verdict");
      expect(policyLines([share])).not.toContain("At most");
    });
  });
});
