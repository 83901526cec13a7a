import { FakeServer, ProviderProcess } from "./provider-process.ts";

const role = "elasticstack:index/elasticsearchSecurityRole:ElasticsearchSecurityRole";
const lifecycle = "elasticstack:index/elasticsearchIndexLifecycle:ElasticsearchIndexLifecycle";
const index = "elasticstack:index/elasticsearchIndex:ElasticsearchIndex";
const template = "elasticstack:index/elasticsearchIndexTemplate:ElasticsearchIndexTemplate";
const repository = "elasticstack:index/elasticsearchSnapshotRepository:ElasticsearchSnapshotRepository";
const slm = "elasticstack:index/elasticsearchSnapshotLifecycle:ElasticsearchSnapshotLifecycle";
const password = "not-to-be-seen";
const notConfigured =
  "elasticsearch client is not configured: set elasticsearch.endpoints, elasticsearch_connection.endpoints, or ELASTICSEARCH_ENDPOINTS";

describe("the process of the Elastic Stack stand-in", () => {
  let server: FakeServer;
  let provider: ProviderProcess;
  /** By method and path; what is not here is not found. */
  let answers: Record<string, { status?: number; body?: unknown }>;

  const environment = { ELASTICSEARCH_USERNAME: "engine", ELASTICSEARCH_PASSWORD: password };

  beforeAll(async () => {
    server = await FakeServer.start(
      ({ method, path }) => {
        const key = `${method} ${path.split("?")[0]!}`;
        return answers[key] ?? (method === "GET" ? { status: 404 } : {});
      },
      // Without it the official client does not take the server for an Elasticsearch, nor does the plugin's.
      { "x-elastic-product": "Elasticsearch" },
    );
    provider = await ProviderProcess.start("elasticstack", { ...environment, ELASTICSEARCH_ENDPOINTS: undefined });
  });

  beforeEach(async () => {
    answers = { "GET /": { body: { cluster_uuid: "uuid-1" } } };
    server.requests();
    await provider.configure({ elasticsearches: JSON.stringify([{ endpoints: [server.address] }]) });
  });

  afterAll(async () => {
    await provider[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const createRole = (by = provider) => by.create(role, { name: "reader" });

  test("reaches the server of its list, with the run's user", async () => {
    expect(await createRole()).toMatchObject({ id: "uuid-1/reader", name: "reader" });
    const [, put] = server.asked;
    expect(put).toMatchObject({ method: "PUT", path: "/_security/role/reader" });
    expect(put!.headers.authorization).toBe(`Basic ${Buffer.from(`engine:${password}`).toString("base64")}`);
  });

  test("takes the block's singular name, drops it, and has no connection: as the plugin does", async () => {
    const settings = { elasticsearch: JSON.stringify({ endpoints: [server.address] }) };
    expect(await provider.checkConfig(settings)).toEqual([]);
    await provider.configure(settings);
    await expect(createRole()).rejects.toThrow(notConfigured);
    expect(server.requests()).toEqual([]);
  });

  test("a list with two connections or an unknown setting is refused", async () => {
    const reasons = async (value: unknown) =>
      (await provider.checkConfig({ elasticsearches: JSON.stringify(value) })).join();
    expect(await reasons([{}, {}])).toContain("elasticsearches: ");
    expect(await reasons([{ endpoint: "https://es:9200" }])).toContain("endpoint");
    expect(await reasons({ endpoints: ["https://es:9200"] })).toContain("expected array");
    expect(await reasons([{ endpoints: ["https://es:9200"] }])).toBe("");
  });

  test("ELASTICSEARCH_ENDPOINTS overrides the settings, but does not stand in for them", async () => {
    await using other = await ProviderProcess.start("elasticstack", {
      ...environment,
      ELASTICSEARCH_ENDPOINTS: ` ${server.address} `,
    });
    await other.configure({ elasticsearches: JSON.stringify([{ endpoints: ["http://127.0.0.1:1"] }]) });
    expect(await createRole(other)).toMatchObject({ id: "uuid-1/reader" });
    await other.configure({});
    await expect(createRole(other)).rejects.toThrow(notConfigured);
  });

  test("where an address is away the next one is asked", async () => {
    const endpoints = ["http://127.0.0.1:1", server.address];
    await provider.configure({ elasticsearches: JSON.stringify([{ endpoints }]) });
    // Each request begins with the next address in turn.
    for (let times = 0; times < endpoints.length; times++) {
      expect(await createRole()).toMatchObject({ id: "uuid-1/reader" });
    }
  });

  test("a server that does not say its uuid is none to work with", async () => {
    answers["GET /"] = { body: { cluster_name: "tracing" } };
    await expect(createRole()).rejects.toThrow("Unable to get cluster UUID");
  });

  test("errors name the request, the address and Elasticsearch's reason, and no password", async () => {
    const error = { type: "security_exception", reason: "action is unauthorized" };
    answers["PUT /_security/role/reader"] = { status: 403, body: { error, status: 403 } };
    await expect(createRole()).rejects.toThrow(
      `${role} "it": PUT /_security/role/reader at ${server.address}: 403 security_exception: action is unauthorized`,
    );
    await provider.configure({ elasticsearches: JSON.stringify([{ endpoints: ["http://127.0.0.1:1"] }]) });
    await expect(createRole()).rejects.toThrow("GET / at http://127.0.0.1:1: no answer: ");
    expect(provider.said).not.toContain(password);
  });

  test("a preview makes no call", async () => {
    await expect(provider.create(role, { name: "reader" }, true)).resolves.toBeDefined();
    expect(server.requests()).toEqual([]);
  });

  test("sets what the plugin sets when it is not given", async () => {
    expect(await provider.create(index, { name: "first" })).toMatchObject({
      ...{ deletionProtection: true, useExisting: false },
      ...{ masterTimeout: "30s", timeout: "30s", waitForActiveShards: "1" },
    });
    expect(await provider.create(template, { name: "spans", indexPatterns: ["a-*"] })).toMatchObject({
      composedOfs: [],
      ignoreMissingComponentTemplates: [],
    });
  });

  test("a repository in S3 is verified by every node, and read back from text", async () => {
    const s3 = { bucket: "traces", basePath: "tracing/prod", serverSideEncryption: true };
    expect(await provider.create(repository, { name: "traces", s3 })).toMatchObject({
      id: "uuid-1/traces",
      verify: true,
    });
    const put = server.asked[1]!;
    expect(put).toMatchObject({ method: "PUT", path: "/_snapshot/traces?verify=true" });
    const settings = { bucket: "traces", base_path: "tracing/prod", client: "default" };
    expect(put.body).toEqual({
      type: "s3",
      settings: { ...settings, server_side_encryption: true, readonly: false },
    });
    const live = { ...settings, server_side_encryption: "true", readonly: "false" };
    answers["GET /_snapshot/traces"] = { body: { traces: { type: "s3", settings: live } } };
    const inputs = { name: "traces", s3 };
    // What it has by default is no difference, another bucket is.
    expect(await provider.read(repository, "uuid-1/traces", inputs, inputs)).toMatchObject({ s3 });
    live.bucket = "other";
    const moved = await provider.read(repository, "uuid-1/traces", inputs, inputs);
    expect(moved).toMatchObject({ s3: { bucket: "other", client: "default", readonly: false } });
    await provider.delete(repository, { name: "traces" });
    expect(server.requests().at(-1)).toBe("DELETE /_snapshot/traces");
  });

  test("a policy of snapshots is sent with what the plugin sets, and nothing is kept when nothing expires", async () => {
    const inputs = { name: "daily", repository: "traces", schedule: "0 30 1 * * ?", indices: ["*-jaeger-*"] };
    const more = { expireAfter: "7d", includeGlobalState: false, featureStates: ["none"] };
    await provider.create(slm, { ...inputs, ...more });
    const config = { indices: ["*-jaeger-*"], feature_states: ["none"], partial: false, include_global_state: false };
    expect(server.asked[1]).toMatchObject({ method: "PUT", path: "/_slm/policy/daily" });
    expect(server.asked[1]!.body).toEqual({
      ...{ name: "<snap-{now/d}>", schedule: "0 30 1 * * ?", repository: "traces" },
      config: { ...config, expand_wildcards: "open,hidden", ignore_unavailable: false },
      retention: { expire_after: "7d" },
    });
    await provider.create(slm, inputs);
    expect(server.asked.at(-1)!.body).not.toHaveProperty("retention");
    expect((await provider.check(slm, { ...inputs, expandWildcards: "some" })).join()).toContain("no kind of indices");
  });

  describe("a lifecycle policy in use", () => {
    const inUse = "Cannot delete policy [keep]. It is in use by one or more indices: [spans-000002]";

    beforeEach(() => {
      const used = { keep: { policy: { phases: {} }, in_use_by: { indices: ["spans-000002", "spans-000003"] } } };
      answers["GET /_ilm/policy/keep"] = { body: used };
    });

    test("is not deleted without forceDestroy: Elasticsearch refuses, the stand-in passes that on", async () => {
      const error = { type: "illegal_argument_exception", reason: inUse };
      answers["DELETE /_ilm/policy/keep"] = { status: 400, body: { error, status: 400 } };
      await expect(provider.delete(lifecycle, { name: "keep", forceDestroy: false })).rejects.toThrow(inUse);
      expect(server.requests()).toEqual(["DELETE /_ilm/policy/keep"]);
    });

    test("is taken off its indices first with forceDestroy", async () => {
      await provider.delete(lifecycle, { name: "keep", forceDestroy: true });
      expect(server.asked[1]?.body).toEqual({ "index.lifecycle.name": null });
      expect(server.requests()).toEqual([
        "GET /_ilm/policy/keep",
        "PUT /spans-000002,spans-000003/_settings",
        "DELETE /_ilm/policy/keep",
      ]);
    });

    test("needs forceDestroy applied before, like the plugin: a state without it counts as false", async () => {
      await provider.delete(lifecycle, { name: "keep" });
      expect(server.requests()).toEqual(["DELETE /_ilm/policy/keep"]);
    });
  });
});
