import { agesOf, shardsOf, timeUnits } from "../../config/retention.ts";

const everyRetention = Array.from({ length: 365 }, (_, index) => index + 1);

describe("retention", () => {
  test.each(["span", "service", "audit"] as const)(
    "no %s index is older than the retention when it is deleted",
    (kind) => {
      for (const days of everyRetention) {
        const ages = agesOf(days, kind);
        expect(ages.rollover + ages.delete).toBe(days * 24);
        expect(ages.rollover).toBeGreaterThan(0);
        expect(ages.delete).toBeGreaterThan(0);
        // Elasticsearch takes whole numbers.
        expect([timeUnits(ages.rollover), timeUnits(ages.delete)].join()).toMatch(/^\d+[dh],\d+[dh]$/);
      }
    },
  );

  test("an index is written to for a tenth of the time, a day at least and a month at most", () => {
    const rollovers = [1, 2, 7, 14, 30, 90, 365].map((days) => timeUnits(agesOf(days, "span").rollover));
    expect(rollovers).toEqual(["12h", "1d", "1d", "1d", "3d", "9d", "30d"]);
  });

  // With an index a day, a year of four groups was 5,856 shards; a node takes 1,000.
  test("a longer retention does not make more shards without end", () => {
    const shards = (retentionDays: number) => shardsOf({ retentionDays, auditDays: 180 }, { groups: 4, copies: 2 });
    expect([1, 7, 30, 90, 365].map(shards)).toEqual([56, 104, 120, 128, 232]);
    expect(Math.max(...everyRetention.map(shards))).toBeLessThan(250);
  });
});
