import { diskGibFor, needOf, queueBytes, spansPerPod, storedGib, type Demand } from "../../config/sizing.ts";
import { dotted } from "../../config/explain.ts";
import { external, parse } from "./fixtures.ts";

const traffic = { tracesPerSecond: 100, spansPerSecond: 1_000, bytesPerSecond: 500_000 };
const demand: Demand = {
  groups: [traffic, { tracesPerSecond: 10, spansPerSecond: 100, bytesPerSecond: 50_000 }],
  ...{ share: 0.2, decisionWaitSeconds: 10, outageSeconds: 3_600, retentionDays: 10, copies: 1 },
  replicas: { gateway: 2, sampler: 2 },
};
const times = (factor: number): Demand => ({
  ...demand,
  groups: demand.groups.map(({ tracesPerSecond, spansPerSecond, bytesPerSecond }) => ({
    tracesPerSecond: tracesPerSecond * factor,
    spansPerSecond: spansPerSecond * factor,
    bytesPerSecond: bytesPerSecond * factor,
  })),
});

describe("the model", () => {
  test("what waits, and what is queued, is shared by the samplers; what is stored is not", () => {
    const one = needOf({ ...demand, replicas: { gateway: 2, sampler: 1 } });
    const two = needOf(demand);
    // 110 traces a second, 80 % of which wait 10 s and a tick.
    expect([one.undecidedTraces, two.undecidedTraces]).toEqual([968, 484]);
    expect(two.samplerMib).toBeLessThan(one.samplerMib);
    expect(two.queueGib).toBeLessThan(one.queueGib);
    expect(two.storeGib).toBe(one.storeGib);
  });

  test("more traffic never needs less", () => {
    const needs = [1, 3, 10, 30, 100, 1_000].map((factor) => needOf(times(factor)));
    for (const key of Object.keys(needs[0]!) as (keyof (typeof needs)[0])[]) {
      const values = needs.map((need) => need[key]);
      expect([...values].sort((a, b) => a - b)).toEqual(values);
      expect(values.at(-1)).toBeGreaterThan(values[0]!);
    }
  });

  test("everything kept: nothing waits, and every span is stored once a copy", () => {
    const need = needOf({ ...demand, share: 1, copies: 2 });
    expect(need.undecidedTraces).toBe(0);
    const single = needOf({ ...demand, share: 1 });
    expect(Math.abs(need.storeGib - 2 * single.storeGib)).toBeLessThanOrEqual(1);
  });

  test("a sampler's disk and the part of it that a group has are the same arithmetic", () => {
    for (const bytes of [1, 10 ** 9, 5 * 10 ** 11]) {
      const disk = diskGibFor(bytes, 4);
      expect(queueBytes(disk, 4)).toBeGreaterThanOrEqual(bytes);
      expect(queueBytes(disk - 1, 4)).toBeLessThan(bytes);
    }
  });

  test("days and share make the store larger in proportion", () => {
    const of = (days: number, share: number) => storedGib(1_000_000, { days, share, copies: 1 });
    expect(of(14, 0.5)).toBeCloseTo(7 * of(2, 0.5));
    expect(of(14, 0.5)).toBeCloseTo(5 * of(14, 0.1));
  });
});

describe("in a stack", () => {
  test("what is known of no load is compared with none", () => {
    expect(() => parse({ elasticsearch: { mode: "managed", storageGib: 1 }, retentionDays: 365 })).not.toThrow();
    expect(parse().expected).toBeUndefined();
  });

  test("the measured load fits the defaults, and a promise of half an hour too", () => {
    expect(() => parse({ expected: {}, retentionDays: 3, survive: { elasticsearchOutage: "30m" } })).not.toThrow();
  });

  const busy = { tracesPerSecond: 9_000 };
  test.each<[string, Record<string, unknown>, string, string]>([
    ["gateways", { expected: busy, sampling: { percent: 5 } }, "replicas.gateway", "gateway: "],
    ["samplers", { expected: busy, sampling: { percent: 5 } }, "replicas.sampler", "sampler: "],
    [
      "waiting traces",
      { expected: busy, sampling: { percent: 5 } },
      "sizes.sampler.undecidedTraces",
      "undecidedTraces: ",
    ],
    ["Jaeger collectors", { expected: busy }, "replicas.jaegerCollector", "jaegerCollector: "],
    ["disk", { survive: { elasticsearchOutage: "2d" } }, "sizes.sampler.storageGib", "storageGib: "],
    ["volume", { expected: {}, retentionDays: 90 }, "elasticsearch.storageGib", "storageGib: "],
  ])("too little for what is expected is refused: %s", (_, changes, key, write) => {
    const refused = () => parse({ ...changes });
    expect(refused).toThrow(`${dotted(key.split("."))}: `);
    expect(refused).toThrow("spans a second");
    expect(refused).toThrow(write);
  });

  test("what the message says to write is enough", () => {
    const written: Record<string, unknown> = {
      expected: { tracesPerSecond: 400 },
      sampling: { percent: 10 },
      retentionDays: 7,
    };
    const message = (() => {
      try {
        parse(written);
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    })();
    const [, gib] = /write:[^]*?storageGib: (\d+)/.exec(message)!;
    expect(() => parse({ ...written, elasticsearch: { mode: "managed", storageGib: Number(gib) } })).not.toThrow();
    expect(() => parse({ ...written, elasticsearch: { mode: "managed", storageGib: Number(gib) - 1 } })).toThrow(
      "storageGib",
    );
  });

  test("all lines of a message fit each other: written, they are enough", () => {
    const busier = {
      elasticsearch: external,
      expected: { tracesPerSecond: 20_000 },
      survive: { elasticsearchOutage: "1h" },
    };
    const written = {
      replicas: { gateway: 18, sampler: 14, jaegerCollector: 7 },
      sizes: { sampler: { storageGib: 77 } },
    };
    expect(() => parse({ ...busier, ...written })).not.toThrow();
    expect(() => parse(busier)).toThrow(
      /gateway: 18\b[^]*sampler: 14\b[^]*jaegerCollector: 7\b[^]*sampler: \{storageGib: 77\}/,
    );
  });

  test("one service's own rate counts, and the largest share of any", () => {
    const quiet = { tracesPerSecond: 1, services: {} };
    const loud = { tracesPerSecond: 1, services: { "mes-api": { tracesPerSecond: 6_000, bytesPerSpan: 2_000 } } };
    const rest = { elasticsearch: external, sampling: { percent: 10 } };
    expect(() => parse({ ...rest, expected: quiet })).not.toThrow();
    expect(() => parse({ ...rest, expected: loud })).toThrow("sizes.sampler.memoryMib");
    expect(() => parse({ ...rest, expected: loud, sampling: { percent: 10, services: { "crm-api": 100 } } })).toThrow(
      "replicas.jaegerCollector",
    );
  });

  test.each(["ten minutes", "10", "8d"])("%p is no outage that can be promised", (elasticsearchOutage) => {
    expect(() => parse({ survive: { elasticsearchOutage } })).toThrow("survive.elasticsearchOutage");
  });

  test("a pod is planned below what it was measured to carry", () => {
    expect(spansPerPod("sampler")).toBeLessThan(1e6 / 50);
  });
});
