import { ensureWriteIndex } from "../../components/elasticsearch/write-index.ts";
import { IndexStore } from "../support/index-store.ts";

const name = "shop-jaeger-span";
const alias = `${name}-write`;
const series = { name, writeAlias: alias, generation: "a", lifecycle: null, replicas: 0 };

function storeWith(generation = "a"): IndexStore {
  const store = new IndexStore();
  store.templates.set(name, { generation });
  return store;
}

describe("the index that a series is written to", () => {
  test("is made before the first write, once", async () => {
    const store = storeWith();
    expect(await ensureWriteIndex(store, series)).toBe("created");
    expect(store.writeIndices(alias)).toEqual([`${name}-000001`]);
    store.asked.length = 0;
    expect(await ensureWriteIndex(store, series)).toBe("kept");
    expect(store.changes).toEqual([]);
  });

  test("stays where it is when the lifecycle has rolled over and deleted the first one", async () => {
    const store = storeWith();
    await ensureWriteIndex(store, series);
    await store.send("POST", `/${alias}/_rollover`);
    await store.send("POST", `/${alias}/_rollover`);
    store.indices.delete(`${name}-000001`);
    store.asked.length = 0;
    expect(await ensureWriteIndex(store, series)).toBe("kept");
    expect(store.changes).toEqual([]);
    expect(store.writeIndices(alias)).toEqual([`${name}-000003`]);
  });

  test("is a new one when the template has changed: an index keeps what it was made with", async () => {
    const store = storeWith();
    await ensureWriteIndex(store, series);
    store.templates.set(name, { generation: "b" });
    expect(await ensureWriteIndex(store, { ...series, generation: "b" })).toBe("rolled over");
    expect(store.writeIndices(alias)).toEqual([`${name}-000002`]);
    expect([...store.indices.keys()]).toEqual([`${name}-000001`, `${name}-000002`]);
  });

  test("comes after those that are there, when the stack was destroyed and the alias is gone", async () => {
    const store = storeWith();
    await ensureWriteIndex(store, series);
    await store.send("POST", `/${alias}/_rollover`);
    for (const index of store.indices.values()) index.aliases = {};
    store.indices.set(`${name}-write-copy`, { aliases: {}, mappings: {}, settings: {} });
    expect(await ensureWriteIndex(store, series)).toBe("created");
    expect(store.writeIndices(alias)).toEqual([`${name}-000003`]);
  });

  test("is that of an alias without a flag, as long as it has one index", async () => {
    const store = storeWith();
    await ensureWriteIndex(store, series);
    store.indices.get(`${name}-000001`)!.aliases[alias] = {};
    expect(await ensureWriteIndex(store, series)).toBe("kept");
  });

  test("indices from a time without the lifecycle are put under it, and their time begins", async () => {
    const store = storeWith();
    await ensureWriteIndex(store, series);
    await store.send("POST", `/${alias}/_rollover`);
    store.templates.set(name, { generation: "b", settings: { "index.lifecycle.name": "tracing-test" } });
    await ensureWriteIndex(store, { ...series, generation: "b", lifecycle: "tracing-test" });
    const lifecycles = [...store.indices.values()].map(({ settings }) => settings);
    expect(lifecycles).toEqual([
      ...Array<unknown>(2).fill({
        "index.lifecycle.name": "tracing-test",
        "index.lifecycle.rollover_alias": alias,
        "index.lifecycle.indexing_complete": true,
      }),
      { "index.lifecycle.name": "tracing-test" },
    ]);
  });

  test("what was stored on one node gets replicas, when there are more nodes", async () => {
    const key = "index.number_of_replicas";
    const store = storeWith();
    store.templates.set(name, { generation: "a", settings: { [key]: "0" } });
    await ensureWriteIndex(store, series);
    await store.send("POST", `/${alias}/_rollover`);
    store.indices.set(`${name}-somebodys`, { aliases: {}, mappings: {}, settings: { [key]: "0" } });
    store.templates.set(name, { generation: "b", settings: { [key]: "1" } });
    await ensureWriteIndex(store, { ...series, generation: "b", replicas: 1 });
    expect([...store.indices].map(([index, { settings }]) => [index, settings[key]])).toEqual([
      [`${name}-000001`, 1],
      [`${name}-000002`, 1],
      [`${name}-somebodys`, "0"],
      [`${name}-000003`, "1"],
    ]);
  });

  test("a store without the template is another one, or has lost its data: nothing is made", async () => {
    const store = new IndexStore();
    await expect(ensureWriteIndex(store, series)).rejects.toThrow(
      /another store, or it lost its data\.\n {2}run: +npm run bootstrap .* --refresh/,
    );
    expect(store.changes).toEqual([]);
  });

  test("what another template made is no success", async () => {
    await expect(ensureWriteIndex(storeWith("of somebody else"), series)).rejects.toThrow("another template");
  });

  test("an index of the alias's own name, and one that is not ours, are said", async () => {
    const taken = storeWith();
    taken.indices.set(alias, { aliases: {}, mappings: {}, settings: {} });
    await expect(ensureWriteIndex(taken, series)).rejects.toThrow("an index exists with the same name as the alias");
    const foreign = storeWith();
    foreign.indices.set("orders", { aliases: { [alias]: {} }, mappings: {}, settings: {} });
    await expect(ensureWriteIndex(foreign, series)).rejects.toThrow("writes to orders, which is not of this stack");
    expect(foreign.changes).toEqual([]);
  });
});
