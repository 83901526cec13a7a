import "../support/without-sdks.ts";
import { ignoredChanges, patchFor } from "../../components/wiring/changes.ts";
import { livePatch, type Workload } from "../../components/wiring/live-patch.ts";
import { workloadPatch } from "../../components/wiring/plan.ts";
import { context } from "../support/context.ts";
import { loose, type Loose } from "../support/loose.ts";

/** What the API server keeps of a patch, beside what the owner has. */
const service = context.landscape.services.find(({ id }) => id === "shop-api")!;
const patch = () => structuredClone(loose(workloadPatch(context, service)));
const plan = patch() as unknown as Workload;
const liveAfter = (change: (workload: Loose) => void): Workload => {
  const live = patch();
  live.metadata.generation = 7;
  const pod = live.spec.template.spec as Loose;
  pod.containers[0].image = "company/shop-api";
  pod.containers[0].env.unshift({ name: "DB_URL", value: "jdbc:…" });
  pod.volumes.unshift({ name: "tmp", emptyDir: {} });
  change(live);
  return live;
};
const podOf = (live: Loose) => live.spec.template.spec as Loose;

test("a patch that stands there with all its entries is applied, whatever the owner has beside it", () =>
  expect(
    livePatch(
      liveAfter(() => undefined),
      plan,
    ),
  ).toEqual({ state: "applied", generation: "7" }));

test("one of other settings is outdated", () =>
  expect(
    livePatch(
      liveAfter((live) => (live.metadata.annotations["order-tracing/config-checksum"] = "0")),
      plan,
    ).state,
  ).toBe("outdated"));

test.each<[string, (live: Loose) => void]>([
  ["a reinstall", (live) => delete live.metadata.annotations],
  ["an undone rollout", (live) => (live.spec.template = { spec: { containers: [{ name: "shop-api" }] } })],
  ["an entry taken away", (live) => podOf(live).containers[0].env.pop()],
  ["a value changed", (live) => (podOf(live).containers[0].env.at(-1).value = "always_off")],
  ["no agent", (live) => podOf(live).initContainers.pop()],
  ["no volume", (live) => podOf(live).volumes.pop()],
  ["no mount", (live) => (podOf(live).containers[0].volumeMounts = [])],
  ["pods of older files", (live) => (live.spec.template.metadata.annotations = {})],
])("%s: it is missing", (_, change) =>
  expect(livePatch(liveAfter(change), plan)).toEqual({ state: "missing", generation: "7" }),
);

test("the engine hears of what it does not know: a patch that is missing says something new", () => {
  const of = (state: "applied" | "outdated" | "missing") =>
    loose(patchFor(context, service, { state, generation: "7" }));
  expect(of("missing").metadata.annotations["order-tracing/applied-to"]).toBe("7");
  expect(of("missing").spec).toEqual(patch().spec);
  for (const same of [of("applied"), of("outdated"), loose(patchFor(context, service, undefined))])
    expect(same).toEqual(patch());
});

test("lists are compared only where the patch is to be applied", () => {
  const spec = (live?: Parameters<typeof ignoredChanges>[0]) => ignoredChanges(live).includes("spec");
  expect(spec({ state: "missing", generation: "7" })).toBe(false);
  expect(spec({ state: "outdated", generation: "7" })).toBe(false);
  expect(spec({ state: "unread", generation: "0" })).toBe(false);
  expect(spec({ state: "applied", generation: "7" })).toBe(true);
  expect(spec()).toBe(true);
});
