import { migrated } from "../../review/state/migrate.ts";
import { movedNamespace } from "../../review/state/namespace.ts";
import { stateVersion, versionOf } from "../../review/state/version.ts";

const index = {
  urn: "urn:pulumi:prod::order-tracing::tracing:elasticsearch:TraceStore$elasticstack:index/elasticsearchIndex:ElasticsearchIndex::store-first",
  type: "elasticstack:index/elasticsearchIndex:ElasticsearchIndex",
};
const role = { urn: "urn:…::role", type: "elasticstack:security/…", dependencies: [index.urn] };
const stackWith = (outputs: Record<string, unknown>) => ({ urn: "urn:…::prod", type: "pulumi:pulumi:Stack", outputs });
const stateOf = (outputs: Record<string, unknown>, more = {}) =>
  JSON.stringify({ version: 3, deployment: { resources: [stackWith(outputs), index, role], ...more } });

describe("a state of an older version", () => {
  test("keeps the indices that the program does not own any more, and says its version; all else stays", () => {
    const { state, changed } = migrated(stateOf({ views: {} }))!;
    expect(changed).toEqual(["store-first"]);
    expect(state).toEqual({
      version: 3,
      deployment: {
        resources: [stackWith({ views: {}, stateVersion }), { ...index, retainOnDelete: true }, role],
      },
    });
  });

  test("is changed once; a stack that was never up has nothing to change", () => {
    expect(migrated(JSON.stringify(migrated(stateOf({ views: {} }))!.state))).toBeUndefined();
    expect(migrated(JSON.stringify({ version: 3, deployment: {} }))).toBeUndefined();
  });

  test("is refused where an `up` was broken off, or a newer program wrote it", () => {
    expect(() => migrated(stateOf({ views: {} }, { pending_operations: [{}] }))).toThrow("pulumi refresh");
    expect(() => migrated(stateOf({ stateVersion: stateVersion + 1 }))).toThrow(`version ${stateVersion + 1}`);
  });
});

test("the version of a state is its output; the first one had none", () => {
  expect(versionOf({})).toBeUndefined();
  expect(versionOf({ views: {} })).toBe(1);
  expect(versionOf({ views: {}, stateVersion: 7 })).toBe(7);
});

describe("a stack that is up stays in its namespace", () => {
  test.each([
    ["was never up", {}, "tracing-test", undefined],
    ["is there", { namespace: "tracing-test" }, "tracing-test", undefined],
    ["is there since before the setting", { views: {} }, "tracing", undefined],
    ["is elsewhere", { namespace: "tracing" }, "tracing-test", "cluster.namespace: tracing → tracing-test: "],
    [
      "is elsewhere since before the setting",
      { views: {} },
      "tracing-test",
      "write:   cluster: {namespace: tracing}\n",
    ],
  ])("%s", (_, outputs, namespace, text) => {
    const moved = movedNamespace(outputs, namespace);
    if (text === undefined) expect(moved).toBeUndefined();
    else expect(moved).toContain(text);
  });
});
