import { AskError } from "../../lib/ask-error.ts";
import type { ResourceSpans } from "../../lib/planted/otlp.ts";
import { Load } from "../chaos/load.ts";
import { complaint, newStarts, rowsOf, tableOf } from "../chaos/report.ts";

describe("the counted load", () => {
  /** An agent that keeps what it takes, and refuses the first `refusals` requests. */
  const agent = (group: string, refusals = 0) => {
    const taken: ResourceSpans[] = [];
    const hand = (spans: readonly ResourceSpans[]) => {
      if (refusals-- > 0) return Promise.reject(new AskError("503", { transient: true }));
      taken.push(...spans);
      return Promise.resolve();
    };
    return { group, hand, taken };
  };
  const spansOf = (taken: readonly ResourceSpans[]) =>
    taken.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

  async function drive(agents: readonly ReturnType<typeof agent>[]) {
    const load = new Load(agents);
    const driving = load.drive(30, AbortSignal.timeout(30_000));
    while (![...load.sent.values()].every(({ spans }) => spans > 0)) await new Promise(setImmediate);
    load.stop();
    await driving;
    return load;
  }

  test("counts what the agents took, and every span of it is one that must be kept", async () => {
    const agents = [agent("shop"), agent("crm")];
    const load = await drive(agents);
    for (const { group, taken } of agents) {
      const spans = spansOf(taken);
      expect(load.sent.get(group)).toEqual({ spans: spans.length, again: 0 });
      expect(spans.length).toBe(15);
      expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
      expect(spans.every(({ status }) => status?.code === 2)).toBe(true);
      expect(JSON.stringify(spans[0]!.attributes)).toContain(load.run);
    }
  });

  test("hands in again what an agent did not take", async () => {
    const late = agent("shop", 1);
    const load = await drive([late]);
    expect(load.sent.get("shop")).toEqual({ spans: spansOf(late.taken).length, again: 1 });
  });

  test("ends by Ctrl-C also where an agent takes nothing", async () => {
    const hand = () => Promise.reject(new AskError("503", { transient: true }));
    const interrupted = new AbortController();
    const driving = new Load([{ group: "shop", hand }]).drive(30, interrupted.signal);
    interrupted.abort(new Error("interrupted"));
    await expect(driving).rejects.toThrow("interrupted");
  });

  test("ends with an error that does not pass", async () => {
    const hand = () => Promise.reject(new Error("no such pod"));
    await expect(new Load([{ group: "shop", hand }]).drive(30, AbortSignal.timeout(30_000))).rejects.toThrow("no such");
  });
});

describe("its report", () => {
  test("lost is what no document holds, a duplicate is a further document", () => {
    const sent = new Map([
      ["shop", { spans: 10, again: 1 }],
      ["crm", { spans: 5, again: 0 }],
    ]);
    const rows = rowsOf(sent, new Map([["shop", { documents: 11, spans: 9 }]]));
    expect(rows.map(({ group, lost, duplicates }) => [group, lost, duplicates])).toEqual([
      ["shop", 1, 2],
      ["crm", 5, 0],
    ]);
    expect(tableOf(rows)).toContain("duplicates");
  });

  test("containers that were started are named: new pods, and old ones again", () => {
    const before = new Map([["a/x", 0]]);
    const after = new Map([
      ["a/x", 2],
      ["b/x", 0],
    ]);
    expect(newStarts(before, after)).toEqual(["a/x was started again, 2 times", "b/x is new"]);
    expect(newStarts(before, before)).toEqual([]);
  });

  test("lines of a log that say the same are the same", () => {
    const line = (port: number) =>
      JSON.stringify({ level: "warn", msg: "Exporting failed", error: `dial 10.0.0.1:${port}: refused`, ts: port });
    expect(complaint(line(1))).toBe("Exporting failed: dial N.N.N.N:N: refused");
    expect(complaint(line(2))).toBe(complaint(line(1)));
    expect(complaint(JSON.stringify({ level: "error", msg: "Dropping data", dropped_items: 3 }))).toBe(
      "Dropping data (spans dropped)",
    );
    expect(complaint(JSON.stringify({ level: "info", msg: "ready" }))).toBeUndefined();
    // Nothing of an application's: an agent has not got through with its own counts.
    const own = { level: "error", msg: "Rejecting data", rejected_items: 3, "otelcol.signal": "metrics" };
    expect(complaint(JSON.stringify(own))).toBeUndefined();
    expect(complaint("no JSON")).toBeUndefined();
  });
});
