import "../support/without-sdks.ts";
import { jaegerCollectorConfig, jaegerQueryConfig, storeAccount } from "../../components/jaeger/config.ts";
import { auditConfig } from "../../components/access/audit-config.ts";
import { jaegerCollectorPlan, jaegerQueryPlan } from "../../components/jaeger/workloads.ts";
import { context, contextOf, external, storage, views } from "../support/context.ts";
import { keysOf, loose } from "../support/loose.ts";

describe("Jaeger", () => {
  const storeOf = (config: unknown) => loose(config).extensions.jaeger_storage.backends.store.elasticsearch;

  test.each(storage)("the collector of %s writes under its own prefix, as its own user", (group) => {
    const store = storeOf(jaegerCollectorConfig(context, group));
    expect(store.indices.index_prefix).toBe(group);
    expect(store.auth).toBe("${file:/vault/secrets/elasticsearch-account.yaml}");
    const { files, workload } = jaegerCollectorPlan(context, group);
    expect(workload).toBe(`jaeger-collector-${group}`);
    expect(files).toEqual([
      { kind: "certificate", dnsNames: [`jaeger-collector-${group}.tracing.svc`] },
      storeAccount(context, `${group}-jaeger-writer`),
    ]);
    expect(files[1]).toMatchObject({
      file: "elasticsearch-account.yaml",
      reads: ["a", "b"].map((one) => `tracing-test-database/static-creds/${group}-jaeger-writer-${one}`),
      // It reads a name when it starts, and then never again.
      restarts: "jaeger-linux",
    });
  });

  test.each(views)(
    "the query of %s reads under its own prefix, as its own user, and answers nobody but its pod",
    (view) => {
      const config = jaegerQueryConfig(context, view);
      const store = storeOf(config);
      expect(store.indices.index_prefix).toBe(view);
      const { http, grpc } = config.extensions.jaeger_query;
      for (const { endpoint } of [http, grpc]) expect(endpoint).toMatch(/^127\.0\.0\.1:/);
      const plan = jaegerQueryPlan(context, view);
      expect(plan.servicePorts).toEqual({ https: 8443 });
      expect(plan.flows.ingress).toEqual([
        { peer: { namespace: "ingress", podLabels: { "app.kubernetes.io/name": "traefik" } }, port: 8443 },
      ]);
      expect(plan.files).toContainEqual(storeAccount(context, `${view}-jaeger-reader`));
      // It takes no spans.
      expect(config.service.pipelines.traces.receivers).toEqual(["nop"]);
    },
  );

  test("keeps to keys that every Jaeger of ours takes, leaves indices to the stack, and never has a password in its file", () => {
    const configs = [
      ...storage.map((group) => jaegerCollectorConfig(context, group)),
      jaegerQueryConfig(context, "all"),
    ];
    for (const config of configs) {
      const store = storeOf(config);
      const { backends } = config.extensions.jaeger_storage;
      expect(store).toMatchObject({
        use_aliases: true,
        create_mappings: false,
        version: 8,
        disable_health_check: true,
      });
      expect(store.tls).toEqual({ ca_file: "/etc/jaeger/elasticsearch-ca.crt", min_version: "1.3" });
      // Only 2.14 and newer know it.
      expect(keysOf(config)).not.toContain("rotation");
      expect(keysOf(backends)).not.toContain("password");
      // Jaeger has to know at once that a span is stored: else it is lost with the pod.
      expect(keysOf(config)).not.toContain("sending_queue");
    }
  });

  test.each([
    ["2.20.0", { disable_health_check: true }],
    ["2.21.0", {}],
  ])("speaks to %s by the keys that it takes, for the same aliases", (tag, more) => {
    const { use_aliases, indices, ...rest } = storeOf(
      jaegerCollectorConfig(contextOf({ images: { overrides: { jaeger: `jaegertracing/jaeger:${tag}` } } }), "crm"),
    );
    expect(use_aliases).toBeUndefined();
    expect({ disable_health_check: rest.disable_health_check, writes: rest.write_mode }).toEqual(more);
    expect(indices).toEqual({
      index_prefix: "crm",
      ...Object.fromEntries(
        ["span", "service"].map((kind) => {
          const [read_alias, write_alias] = ["read", "write"].map((which) => `crm-jaeger-${kind}-${which}`);
          return [`${kind}s`, { shards: 1, replicas: 0, rotation: { manual_rollover: { read_alias, write_alias } } }];
        }),
      ),
    });
  });

  test("answers for spans when Elasticsearch has them, where that is asked for, and its version can", () => {
    const elasticsearch = { mode: "managed", writes: "sync" } as const;
    const newer = contextOf({ elasticsearch, images: { overrides: { jaeger: "jaegertracing/jaeger:2.21.0" } } });
    const sync = { write_mode: "sync", poison_pill_handling: "drop" };
    expect(storeOf(jaegerCollectorConfig(newer, "crm"))).toMatchObject(sync);
    expect(storeOf(jaegerQueryConfig(newer, "crm"))).not.toHaveProperty("write_mode");
    expect(() => contextOf({ elasticsearch })).toThrow(
      /elasticsearch\.writes: "sync": needs a Jaeger of 2\.21 or newer, and this is jaegertracing\/jaeger:2\.19\.0/,
    );
  });

  test("uses the company's cluster, with its CA, where there is one", () => {
    const other = { ...contextOf({ elasticsearch: external }), elasticsearchCa: "OTHER" };
    expect(storeOf(jaegerQueryConfig(other, "all")).server_urls).toEqual(["https://search.example"]);
    expect(jaegerQueryPlan(other, "all").config["elasticsearch-ca.crt"]).toBe("OTHER\n");
    const issuer = { peer: "anywhere", port: 8443 };
    expect(jaegerQueryPlan(other, "all").flows.egress).toEqual([{ peer: "anywhere", port: 443 }, issuer]);
    expect(storeOf(jaegerQueryConfig(context, "all")).server_urls).toEqual(["https://elasticsearch.tracing.svc:9200"]);
    expect(jaegerQueryPlan(context, "all").flows.egress).toEqual([
      { peer: { workload: "elasticsearch" }, port: 9200 },
      issuer,
    ]);
  });

  test("of a cluster with several addresses all are used, and each way to them is opened once", () => {
    const endpoints = [
      "https://a.example:9200",
      "https://b.example:9200",
      "https://c.example",
      "https://es.elastic.svc",
    ];
    const several = contextOf({ elasticsearch: { ...external, endpoints } });
    expect(storeOf(jaegerCollectorConfig(several, "shop")).server_urls).toEqual(endpoints);
    expect(storeOf(jaegerQueryConfig(several, "all")).server_urls).toEqual(endpoints);
    expect(auditConfig(several, "all", "/etc/jaeger").exporters.elasticsearch.endpoints).toEqual(endpoints);
    const ways = [
      { peer: "anywhere", port: 9200 },
      { peer: "anywhere", port: 443 },
      { peer: { namespace: "elastic" }, port: 443 },
    ];
    expect(jaegerCollectorPlan(several, "shop").flows.egress).toEqual(ways);
    expect(jaegerQueryPlan(several, "all").flows.egress!.slice(0, 3)).toEqual(ways);

    const ranges = ["10.20.0.0/24"];
    const within = contextOf({ elasticsearch: { ...external, endpoints, ranges } });
    expect(jaegerCollectorPlan(within, "shop").flows.egress).toEqual([
      { peer: { ranges }, port: 9200 },
      { peer: { ranges }, port: 443 },
    ]);
  });
});
