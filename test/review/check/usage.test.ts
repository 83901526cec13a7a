import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { UsageCase, UsageOutcome } from "./ask-usage.ts";

const forbidden = { kind: "Status", message: 'User "x" cannot list resource "pods" in API group "metrics.k8s.io"' };
const cases = {
  read: {
    status: 200,
    body: {
      items: [
        {
          metadata: { name: "shop-api-1" },
          containers: [
            { name: "shop-api", usage: { cpu: "3m", memory: "312Mi" } },
            { name: "proxy", usage: { cpu: "1m", memory: "20480Ki" } },
          ],
        },
      ],
    },
  },
  // As an API server answers for a group that nobody has registered.
  none: { status: 404, body: "404 page not found" },
  mayNot: { status: 403, body: forbidden },
  away: { status: 503, body: "service unavailable" },
  silent: {},
  noSelector: { status: 200, body: { items: [] }, labels: {} },
} satisfies Record<string, UsageCase>;

function outcomes(): Record<keyof typeof cases, UsageOutcome> {
  const output = execFileSync(
    process.execPath,
    [join(import.meta.dirname, "ask-usage.ts"), JSON.stringify(Object.values(cases))],
    { encoding: "utf8" },
  );
  const all = JSON.parse(output) as UsageOutcome[];
  return Object.fromEntries(Object.keys(cases).map((name, at) => [name, all[at]!])) as ReturnType<typeof outcomes>;
}

test("what containers use is read of the workload's pods alone; a metrics server that is away never ends the check", () => {
  const { read, none, mayNot, away, silent, noSelector } = outcomes();
  expect(read).toEqual({
    asked: ["/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods?labelSelector=app%3Dshop-api"],
    answer: {
      state: "read",
      value: [
        { pod: "shop-api-1", container: "shop-api", memory: "312Mi" },
        { pod: "shop-api-1", container: "proxy", memory: "20480Ki" },
      ],
    },
  });
  expect(none.answer).toEqual({ state: "missing" });
  expect(mayNot.answer).toEqual({ state: "unread", reason: forbidden.message, mayNot: true });
  expect(away.answer).toEqual({ state: "unread", reason: expect.stringContaining("503") as string });
  expect(silent.answer).toEqual({ state: "unread", reason: "metrics.k8s.io gave no answer in 0.5 s" });
  // It would be asked of all pods of the namespace.
  expect(noSelector).toEqual({ asked: [], answer: { state: "read", value: [] } });
});
