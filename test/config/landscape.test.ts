import { checkCatalogue } from "../../config/check-catalogue.ts";
import { resolveLandscape } from "../../config/landscape.ts";
import { edgeId, type Catalogue } from "../../config/model.ts";
import { catalogue } from "../fixtures/landscape.ts";
import { messageOf, parse, type Raw } from "./fixtures.ts";

const edgeIds = catalogue.edges.map(edgeId);
const serviceIds = Object.keys(catalogue.services).sort();

/** As most services are wired. */
const wiring = {
  variables: {},
  pullSecrets: [],
  agentPorts: { grpc: 4317, http: 4318 },
  temporaryFolder: false,
  dotnetRuntime: "linux-x64",
  esModules: false,
  allowEgress: false,
};

describe("the landscape of a stack", () => {
  const landscapeOf = (changes: Raw = {}) => resolveLandscape(catalogue, parse(changes));
  const ids = (changes: Raw = {}) => landscapeOf(changes).edges.map(({ id }) => id);
  const requiredIds = (changes: Raw = {}) =>
    landscapeOf(changes)
      .edges.filter(({ required }) => required)
      .map(({ id }) => id);

  test("is the catalogue's: every service, sorted, with names that follow its id", () => {
    const { services, groups } = landscapeOf();
    expect(services.map(({ id }) => id)).toEqual([...serviceIds]);
    expect(serviceIds).toEqual(["crm-api", "mes-api", "shop-api"]);
    expect(groups).toEqual(["shop", "crm", "mes"]);
    expect(services[1]).toEqual({
      id: "mes-api",
      title: "MES API",
      group: "mes",
      runtime: "dotnet",
      namespace: "mes",
      workload: "Deployment",
      deployment: "mes-api",
      container: "mes-api",
      serviceAccount: "mes-api",
      wiring,
      profile: "normal",
      stackNamespace: "tracing",
    });
  });

  test("demands every connection of the requirements, and shows the optional ones", () => {
    const required = [
      "internet-shop -> shop-api",
      "crm -> crm-api",
      "mes -> mes-api",
      "shop-api -> shop-db",
      "crm-api -> shop-db",
      "mes-api -> mes-db",
      "mes-api -> files-storage",
      "crm-api -> messages-queue -> mes-api",
      "mes-api -> messages-queue -> crm-api",
      "shop-api -> shop-db -> crm-api",
    ];
    const optional = ["shop-api -> files-storage", "crm-api -> files-storage"];
    expect(ids()).toEqual([...required, ...optional]);
    expect(edgeIds).toEqual([...required, ...optional]);
    expect(requiredIds()).toEqual(required);
    expect(new Set(edgeIds).size).toBe(edgeIds.length);
    const made = requiredIds({ proof: { required: ["crm-api -> files-storage"] } });
    expect(made).toEqual([...required, "crm-api -> files-storage"]);
  });

  test("writes an edge with the broker or table that it goes through", () => {
    expect(edgeId({ kind: "message", from: "crm-api", via: "messages-queue", to: "mes-api" })).toBe(
      "crm-api -> messages-queue -> mes-api",
    );
    expect(edgeId({ kind: "store", from: "crm-api", to: "shop-db" })).toBe("crm-api -> shop-db");
  });

  test("a service that is switched off takes every edge with it that begins or ends there, and its own setting too", () => {
    const off = { services: { "mes-api": { enabled: false } } };
    expect(landscapeOf(off).services.map(({ id }) => id)).toEqual(["crm-api", "shop-api"]);
    expect(ids(off)).toEqual([
      "internet-shop -> shop-api",
      "crm -> crm-api",
      "shop-api -> shop-db",
      "crm-api -> shop-db",
      "shop-api -> shop-db -> crm-api",
      "shop-api -> files-storage",
      "crm-api -> files-storage",
    ]);
    // Groups, stores and frontends stay: traces of yesterday must stay readable.
    expect(landscapeOf(off).groups).toEqual(landscapeOf().groups);
    expect(landscapeOf(off).stores).toEqual(landscapeOf().stores);

    const shopOff = {
      services: { "shop-api": { enabled: false } },
      proof: { required: ["shop-api -> files-storage"] },
    };
    expect(ids(shopOff).filter((id) => id.includes("shop-api"))).toEqual([]);
    const allOff = Object.fromEntries(serviceIds.map((id) => [id, { enabled: false }]));
    expect(landscapeOf({ services: allOff })).toMatchObject({ services: [], edges: [] });
    expect(ids({ services: { "mes-api": { enabled: true } } })).toEqual(ids());
  });

  test("takes the stack's names over its own", () => {
    const overrides = {
      runtime: "nodejs",
      namespace: "production",
      workload: "DaemonSet",
      deployment: "mes",
      container: "app",
      serviceAccount: "mes-runner",
    };
    const [crm, mes] = landscapeOf({ services: { "mes-api": overrides } }).services;
    expect(mes).toEqual({
      id: "mes-api",
      title: "MES API",
      group: "mes",
      profile: "normal",
      wiring,
      stackNamespace: "tracing",
      ...overrides,
    });
    expect(crm).toMatchObject({ id: "crm-api", runtime: "java", namespace: "crm", deployment: "crm-api" });
  });
});

describe("names of a landscape", () => {
  const service = { title: "A", group: "a", runtime: "java" as const, namespace: "a" };
  const good: Catalogue = { groups: ["a"], frontends: {}, services: { "a-api": service }, stores: {}, edges: [] };
  const check = (changes: Partial<Catalogue>) => () => checkCatalogue({ ...good, ...changes }, "some-file.ts");

  test("that can be used everywhere pass", () => expect(check({})).not.toThrow());

  test.each([
    ["the view over all", { groups: ["a", "all"] }, 'groups: "all" is reserved'],
    ["the group of unknown senders", { groups: ["a", "unassigned"] }, 'groups: "unassigned" is reserved'],
    ["upper case", { groups: ["a", "Shop"] }, 'groups: "Shop" must be lower-case'],
    ["a group too long for the names made of it", { groups: ["a", "a".repeat(40)] }, "becomes part of longer names"],
    ["an id twice", { frontends: { "a-api": { title: "" } } }, '"a-api" is the id of two'],
    ["a group twice", { groups: ["a", "a"] }, 'groups: "a" is there twice'],
    [
      "a group of nobody",
      { services: { "a-api": { ...service, group: "b" } } },
      'services.a-api.group: "b" is none of a',
    ],
    ["a quote in a service", { services: { 'a"': service } }, String.raw`services: "a\"" must be lower-case`],
    ["a namespace", { services: { a: { ...service, namespace: "a.b" } } }, 'services.a.namespace: "a.b" must be'],
    ["a store", { stores: { _: { title: "", system: "s3" as const, host: "x" } } }, 'stores: "_" must be'],
    ["a host", { stores: { x: { title: "", system: "s3" as const, host: "x:1" } } }, 'stores.x.host: "x:1" must be'],
  ])("refused: %s", (_, changes, says) => {
    const message = messageOf(check(changes));
    expect(message).toMatch(/^some-file\.ts: 1 name\(s\) cannot be used\.\n/);
    expect(message).toContain(says);
  });

  const shop = {
    frontends: { web: { title: "" } },
    stores: { queue: { title: "", system: "rabbitmq" as const, host: "q" } },
  };
  test.each<[string, Catalogue["edges"], string]>([
    ["to nobody", [{ kind: "request", from: "web", to: "b-api" }], 'to is "b-api", which is none of a-api'],
    ["from the wrong side", [{ kind: "request", from: "a-api", to: "a-api" }], 'from is "a-api", which is none of web'],
    ["through no store", [{ kind: "message", from: "a-api", via: "web", to: "a-api" }], 'via is "web"'],
    ["twice", [1, 2].map(() => ({ kind: "store", from: "a-api", to: "queue" })), "a-api -> queue is there twice"],
    ["of no kind", [{ kind: "call" as "request", from: "web", to: "a-api" }], 'kind "call" is none of request'],
  ])("an edge is refused: %s", (_, edges, says) => {
    const message = messageOf(check({ ...shop, edges }));
    expect(message).toMatch(/^some-file\.ts: 1 edge\(s\) cannot be used\.\n/);
    expect(message).toContain(says);
  });
});
