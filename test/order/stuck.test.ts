import type { Settings } from "../../config/settings.ts";
import type { Search } from "../../lib/jaeger/client.ts";
import type { Span } from "../../lib/jaeger/span.ts";
import { stuckText } from "../../support/order/report.ts";
import type { Scope } from "../../support/order/scope.ts";
import { findStuck } from "../../support/order/stuck.ts";
import { views } from "../support/jaeger.ts";
import * as orders from "../support/orders.ts";
import { at } from "../support/orders.ts";
import { landscape } from "../support/spans.ts";

const sampling: Settings["sampling"] = { percent: 100, slowMs: 2000, services: {} };
const [done, hangs, waits, forgotten] = ["aaaa-1", "bbbb-2", "cccc-3", "dddd-4"] as const;

async function look(spans: Span[], { view = "all", depth = 100, now = 500, changes = sampling } = {}) {
  const asked: Search[] = [];
  const scope: Scope = { view, url: `https://${view}.traces.example`, landscape, sampling: changes };
  const window = { since: at(-60), until: at(100_000), depth };
  const stuck = await findStuck(views(spans, { asked })(view), scope, window, at(now));
  return { stuck, asked, text: stuckText(stuck, scope) };
}

const several = [
  ...orders.closed(done),
  ...orders.submitted(hangs),
  ...orders.priceRequested(hangs).spans,
  ...orders.submitted(waits),
];

describe("orders that stand too long", () => {
  test("are those without a step for longer than theirs allows", async () => {
    const { stuck, text } = await look(several);
    expect(stuck.looked).toBe(3);
    expect(stuck.orders.map(({ order }) => order)).toEqual([hangs]);
    expect(text).toContain("1 of 3 orders in view all stand longer than their step allows");
    expect(text).toContain("waits in mes.price-requests");
    expect(text).toContain(`${hangs}: https://`);
  });

  test("the longest wait first", async () => {
    const { stuck } = await look([...several, ...orders.submitted(forgotten)], { now: 2000 });
    expect(stuck.orders.map(({ order }) => order).sort()).toEqual([hangs, waits, forgotten].sort());
    const since = stuck.orders.map(({ verdict }) => verdict.since!);
    expect(since).toEqual([...since].sort((a, b) => a - b));
  });

  test("are searched by the names of their steps, so that people who look at orders do not hide them", async () => {
    const looks = Array.from({ length: 50 }, (_, i) =>
      orders.request("crm-api", "GET /orders/{id}", { at: 400 + i, id: hangs }),
    ).flat();
    const { stuck, asked } = await look([...several, ...looks], { depth: 10 });
    expect(stuck.orders.map(({ order }) => order)).toEqual([hangs]);
    expect(stuck.cut).toEqual([]);
    expect(stuck.orders[0]!.events.filter(({ step }) => step).length).toBeGreaterThan(3);
    expect(asked.map(({ operation }) => operation)).not.toContain("GET /orders/{id}");
  });

  test("are asked for by id before they are named: what happened since may have been cut off", async () => {
    // Of the names that are searched, one step alone is read whole.
    const { stuck, asked } = await look([...several, ...orders.closed("eeee-5")], { depth: 1, now: 100_000 });
    expect(asked.some(({ attributes }) => attributes?.["order.id"] !== undefined)).toBe(true);
    expect(stuck.orders.map(({ order }) => order)).not.toContain(done);
    expect(stuck.cut.length).toBeGreaterThan(0);
  });

  test("may only seem so, where not all traces are kept", async () => {
    const { text } = await look(orders.submitted(waits), { now: 2000, changes: { ...sampling, percent: 20 } });
    expect(text).toMatch(/cccc-3.*│ no/);
    expect(text).toContain("doubt: ");
  });

  test("in a team's view are those that the team can judge", async () => {
    const { stuck, text } = await look(several, { view: "shop", now: 5000 });
    expect(stuck.orders).toEqual([]);
    expect(text).toContain("the view shop shows shop-api");
  });

  test("none: says so", async () => {
    expect((await look(orders.closed(done))).text).toMatch(/^0 of 1 orders/);
  });
});
