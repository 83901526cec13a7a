import "../support/without-sdks.ts";
import { sharedNames } from "../../components/elasticsearch/shared-names.ts";
import { storePlan } from "../../components/elasticsearch/store-plan.ts";
import { judgeSharedStore } from "../../review/check/shared-store.ts";
import { contextOf, external, managed } from "../support/context.ts";

/** A stack in an Elasticsearch that others may use too. */
const stackOf = (name: string, elasticsearch: object = {}, more: object = {}) => {
  const { settings, landscape } = contextOf({ elasticsearch: { ...external, ...elasticsearch } });
  return { name, settings, landscape: { ...landscape, ...more } };
};
type Stack = ReturnType<typeof stackOf>;
const shared = (one: Stack, other: Stack) => {
  const [own, theirs] = [one, other].map(({ name: stack, ...rest }) => storePlan({ stack, ...rest }));
  return sharedNames(own!, theirs!);
};

test.each<[string, Stack, Stack]>([
  ["of different names", stackOf("dev"), stackOf("prod")],
  ["of which one's name begins with the other's", stackOf("dev"), stackOf("dev-eu")],
  ["of which one has no prefix", stackOf("dev", { indexPrefix: "" }), stackOf("prod")],
])("two stacks %s have nothing in common: lifecycle, templates, aliases, roles, users", (_, one, other) => {
  expect(shared(one, other)).toEqual([]);
  expect(shared(other, one)).toEqual([]);
});

test.each<[string, Stack, Stack, string]>([
  ["one prefix", stackOf("dev"), stackOf("prod", { indexPrefix: "dev" }), "role dev-shop-jaeger-writer"],
  ["names that differ in case alone", stackOf("dev"), stackOf("Dev"), "user dev-all-jaeger-reader-a"],
  [
    "a group that begins like the other's name ends",
    stackOf("dev", {}, { groups: ["eu-shop"] }),
    stackOf("dev-eu", {}, { groups: ["shop"] }),
    "template dev-eu-shop-jaeger-span",
  ],
  [
    "a stack that is called like the other's policy",
    stackOf("dev"),
    stackOf("dev-service"),
    "lifecycle policy tracing-dev-service",
  ],
  [
    "a prefix that begins like the other's indices",
    stackOf("dev"),
    stackOf("prod", { indexPrefix: "dev-shop-jaeger-span" }),
    "indices dev-shop-jaeger-span-* and dev-shop-jaeger-span-crm-jaeger-service-*",
  ],
])("%s: is refused before anything changes, with what both would have", (_, one, other, name) => {
  expect(shared(one, other)).toContain(name);
  const subject = judgeSharedStore(one, [other]);
  expect(subject?.findings).toMatchObject([
    { level: "stop", write: expect.stringMatching(/indexPrefix|another name for one/) as string },
  ]);
  expect(subject!.findings[0]!.text).toContain(`the stack ${other.name}'s too`);
});

test("an Elasticsearch of its own, or at another address, is nobody else's", () => {
  const one = stackOf("dev");
  const elsewhere = stackOf("prod", { endpoints: ["https://other.example"], indexPrefix: "dev" });
  expect(judgeSharedStore(one, [elsewhere])).toBeUndefined();
  const own = { ...one, settings: contextOf({ elasticsearch: managed }).settings };
  expect(judgeSharedStore(own, [own, one])).toBeUndefined();
  const both = stackOf("prod", { endpoints: ["https://other.example", ...external.endpoints], indexPrefix: "dev" });
  expect(judgeSharedStore(one, [both])?.findings[0]?.text).toContain(external.endpoints[0]);
  expect(judgeSharedStore(one, [stackOf("prod")])).toMatchObject({ findings: [] });
});
