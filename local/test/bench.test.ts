import { disguised, newDisguise, readRecording } from "../bench/load/recording.ts";
import type { Turn } from "../bench/pipeline/measure.ts";
import { resultsOf, spreadOf, tableOf } from "../bench/pipeline/report.ts";
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
