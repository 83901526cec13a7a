import "../support/without-sdks.ts";
import { execFileSync } from "node:child_process";
import bcrypt from "bcryptjs";
import { load } from "js-yaml";
import { managedElasticsearchPlan } from "../../components/elasticsearch/managed-plan.ts";
import { storePlan, unusablePasswordHash } from "../../components/elasticsearch/store-plan.ts";
import { storeAdminUrls, storeUrls } from "../../components/elasticsearch/addresses.ts";
import { internalLoadBalancer } from "../../components/kubernetes/internal-load-balancer.ts";
import { generatedUsers } from "../../components/vault/paths.ts";
import { access, context, contextOf, external, managed, storage, views } from "../support/context.ts";
import { loose, type Loose } from "../support/loose.ts";
import { workloadPlans } from "../../components/workloads.ts";

describe("store", () => {
  const plan = storePlan(context);
  const traces = plan.series.slice(0, -1);

  test("each group has indices, and every one is in the group's view and in that of all", () => {
    expect(traces.map(({ name }) => name)).toEqual(
      storage.flatMap((group) => [`${group}-jaeger-span`, `${group}-jaeger-service`]),
    );
    for (const { name, writeAlias, template, generation } of traces) {
      const [group, kind] = name.split("-jaeger-");
      expect(writeAlias).toBe(`${group}-jaeger-${kind}-write`);
      expect(template.aliases).toEqual([`${group}-jaeger-${kind}-read`, `all-jaeger-${kind}-read`]);
      expect(template.settings).toMatchObject({
        "index.lifecycle.name": kind === "span" ? "tracing-test" : "tracing-test-service",
        "index.lifecycle.rollover_alias": writeAlias,
        "index.number_of_replicas": 0,
      });
      expect(template.mappings).toHaveProperty("properties.operationName.type", "keyword");
      // By it an index says what it was made of.
      expect(template.mappings).toHaveProperty("_meta.generation", generation);
    }
  });

  test("each user has the least of rights on names of its own", () => {
    expect(plan.roles.map(({ accounts: _, ...role }) => role)).toEqual([
      ...storage.map((group) => ({
        name: `${group}-jaeger-writer`,
        cluster: ["cluster:monitor/main"],
        indices: {
          names: [`${group}-jaeger-span-write`, `${group}-jaeger-service-write`],
          privileges: ["index"],
        },
        writes: plan.series.filter(({ name }) => name.startsWith(`${group}-jaeger-`)),
      })),
      ...views.map((view) => ({
        name: `${view}-jaeger-reader`,
        cluster: [],
        indices: { names: [`${view}-jaeger-span-read`, `${view}-jaeger-service-read`], privileges: ["read"] },
        writes: [],
      })),
      {
        name: "test-tracing-audit-writer",
        cluster: [],
        indices: { names: ["test-tracing-audit-write"], privileges: ["create_doc"] },
        writes: plan.series.slice(-1),
      },
      {
        name: "test-tracing-audit-reader",
        cluster: [],
        indices: { names: ["test-tracing-audit-read"], privileges: ["read"] },
        writes: [],
      },
    ]);
  });

  test("no two groups share a name, no user may use a pattern, none may both read and write", () => {
    const unique = (names: string[]) => expect(new Set(names).size).toBe(names.length);
    unique(plan.series.flatMap(({ name, writeAlias, template }) => [name, writeAlias, template.aliases[0]!]));
    unique(plan.roles.flatMap(({ name, accounts }) => [name, ...accounts]));
    unique(plan.roles.flatMap(({ indices }) => indices.names));
    for (const { indices } of plan.roles) {
      expect(indices.names.join()).not.toContain("*");
      expect(indices.privileges).toHaveLength(1);
    }
    // A pattern of one group's template must not match an index of another.
    for (const { name } of plan.series) {
      expect(plan.series.filter((other) => `${other.name}-000001`.startsWith(`${name}-`))).toHaveLength(1);
    }
  });

  test("users of the plan are those that pods log in as, and the one for people who ask who read what", () => {
    const accounts = workloadPlans(context).flatMap(({ files }) =>
      files.flatMap((file) => {
        return file.kind === "template"
          ? file.reads.flatMap((path) => /static-creds\/(.+)$/.exec(path)?.[1] ?? [])
          : [];
      }),
    );
    const people = ["test-tracing-audit-reader-a", "test-tracing-audit-reader-b"];
    expect([...new Set([...accounts, ...people])].sort()).toEqual(plan.roles.flatMap((role) => role.accounts).sort());
  });

  test("who read what is no trace: no view shows it, and its time is its own", () => {
    expect(plan.series.at(-1)).toMatchObject({
      name: "test-tracing-audit",
      writeAlias: "test-tracing-audit-write",
      template: {
        aliases: ["test-tracing-audit-read"],
        settings: { "index.lifecycle.name": "test-tracing-audit" },
        // A record with a field that is not known is still a record.
        mappings: { dynamic: false },
      },
    });
    const { lifecycles } = storePlan(contextOf({ access: { ...access, auditDays: 365 } }));
    expect(lifecycles.audit).toMatchObject({ rolloverMaxAge: "30d", deleteMinAge: "335d" });
    expect(lifecycles.span).toEqual(plan.lifecycles.span);
  });

  test("one number of days is the retention; without lifecycle management there is none", () => {
    const rolloverMaxSize = "50gb";
    expect(plan.lifecycles).toEqual({
      span: { name: "tracing-test", rolloverMaxAge: "1d", rolloverMaxSize, deleteMinAge: "13d" },
      service: { name: "tracing-test-service", rolloverMaxAge: "7d", rolloverMaxSize, deleteMinAge: "7d" },
      audit: { name: "test-tracing-audit", rolloverMaxAge: "15d", rolloverMaxSize, deleteMinAge: "165d" },
    });
    const without = storePlan(contextOf({ elasticsearch: { ...managed, lifecycle: false } }));
    expect(without.lifecycles).toEqual({});
    expect(JSON.stringify(without.series)).not.toMatch(/index.lifecycle/);
    const [series] = storePlan(contextOf({ elasticsearch: external })).series;
    expect(series!.template.settings).toMatchObject({ "index.number_of_replicas": 1 });
  });

  test("a changed template is another generation, for all else the same", () => {
    const generations = (changes = {}) => storePlan(contextOf(changes)).series.map(({ generation }) => generation);
    expect(generations()).toEqual(plan.series.map(({ generation }) => generation));
    expect(generations({ retentionDays: 7 })).toEqual(generations());
    const without = generations({ elasticsearch: { ...managed, lifecycle: false } });
    for (const [index, generation] of generations().entries()) expect(without[index]).not.toBe(generation);
  });

  test("stacks on one Elasticsearch share no name", () => {
    const namesOf = (stack: string, changes = {}) => {
      const { lifecycles, series, roles } = storePlan({
        ...contextOf({ elasticsearch: { ...external, ...changes } }),
        stack,
      });
      return [
        ...Object.values(lifecycles).map(({ name }) => name),
        ...series.flatMap(({ name, writeAlias, template }) => [name, writeAlias, ...template.aliases]),
        ...roles.flatMap(({ name, accounts, indices }) => [name, ...accounts, ...indices.names]),
      ];
    };
    const [prod, stage] = [namesOf("prod"), namesOf("_Stage")];
    expect(prod).toContain("prod-shop-jaeger-span");
    expect(stage).toContain("stage-all-jaeger-reader");
    expect(prod.filter((name) => stage.includes(name))).toEqual([]);
    // A pattern of one must not match an index of the other.
    expect(namesOf("prod", { indexPrefix: "" })).toContain("shop-jaeger-span");
    expect(namesOf("prod", { indexPrefix: "traces" })).toContain("traces-shop-jaeger-writer");
  });

  test("a password hash that no password has: same in every run, of bcrypt's form, different for every user", async () => {
    const hash = unusablePasswordHash("test", "a");
    expect(hash).toBe(unusablePasswordHash("test", "a"));
    expect(hash).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
    expect(new Set([hash, unusablePasswordHash("test", "b"), unusablePasswordHash("prod", "a")]).size).toBe(3);
    expect(bcrypt.getRounds(hash)).toBe(10);
    for (const guess of ["", "a", "test/a", hash]) expect(await bcrypt.compare(guess, hash)).toBe(false);
  });
});

describe("managed Elasticsearch of several nodes", () => {
  const several = contextOf({ elasticsearch: { ...managed, nodes: 3 } });
  const plan = managedElasticsearchPlan(several);
  const config = load(plan.config["elasticsearch.yml"]!) as Loose;
  const names = ["elasticsearch-0", "elasticsearch-1", "elasticsearch-2"];

  test("find each other by a name that their certificates have, each under its own, and nobody else gets there", () => {
    expect(plan).toMatchObject({ replicas: 3, peers: { service: "elasticsearch-nodes", port: 9300 } });
    expect(config).toMatchObject({
      "discovery.seed_hosts": ["elasticsearch-nodes.tracing.svc"],
      "network.publish_host": "${HOSTNAME}",
      "transport.port": 9300,
    });
    expect(config).not.toHaveProperty(["discovery.type"]);
    expect(config["xpack.security.transport.ssl"]).toMatchObject({ enabled: true, verification_mode: "full" });
    expect(plan.files[0]).toEqual({
      kind: "certificate",
      dnsNames: ["elasticsearch.tracing.svc", "elasticsearch-nodes.tracing.svc"],
      pods: names,
    });
    const between = { peer: { workload: "elasticsearch" }, port: 9300 };
    expect(plan.flows.ingress!.filter(({ port }) => port === 9300)).toEqual([between]);
    expect(plan.flows.egress).toEqual([between]);
  });

  test("begin a cluster only together: no node that lost its disk, and none that joins, begins another", () => {
    expect(config).not.toHaveProperty(["cluster.initial_master_nodes"]);
    const [shell, flag, script] = plan.container.command as string[];
    const started = (pod: string) =>
      execFileSync(shell!, [flag!, script!.replaceAll("exec /usr/share/elasticsearch/bin/elasticsearch", "echo")], {
        env: { HOSTNAME: pod },
        encoding: "utf8",
      }).trim();
    expect(started("elasticsearch-0")).toBe(`-Ecluster.initial_master_nodes=${names.join(",")}`);
    expect(["elasticsearch-1", "elasticsearch-10"].map(started)).toEqual(["", ""]);
  });

  test("a started node lets the rollout go on when all is green, asked once, with no password and no right but that", () => {
    const probe = loose(plan.container.startupProbe);
    expect(probe.exec.command.at(-1)).toContain("/_cluster/health?wait_for_status=green");
    expect(probe.exec.command.at(-1)).toContain("--cacert");
    // Longer than the probe itself waits: it must not end a node that works.
    expect(probe.failureThreshold * probe.periodSeconds).toBeGreaterThan(31 * 60);
    expect(plan.container.readinessProbe).toEqual(managedElasticsearchPlan(context).container.readinessProbe);
    const roles = load(plan.config["roles.yml"]!) as Loose;
    expect(roles.health).toEqual({ cluster: ["cluster:monitor/health"] });
    expect(config["xpack.security.authc.anonymous.roles"]).toBe("health");
    const alone = managedElasticsearchPlan(context).config;
    expect(JSON.stringify(alone)).not.toContain("anonymous");
  });

  test("every index has a copy on another node", () => {
    for (const { template, replicas } of storePlan(several).series) {
      expect(replicas).toBe(1);
      expect(template.settings).toMatchObject({ "index.number_of_replicas": 1 });
    }
  });

  test("two are refused: none could go on without the other", () => {
    expect(() => contextOf({ elasticsearch: { ...managed, nodes: 2 } })).toThrow(/elasticsearch.nodes.*3 and more/);
  });
});

describe("managed Elasticsearch", () => {
  const plan = managedElasticsearchPlan(context);
  const config = load(plan.config["elasticsearch.yml"]!) as Loose;

  test("has TLS and security on, no built-in users, and users from Vault alone", () => {
    expect(config["xpack.security.enabled"]).toBe(true);
    for (const layer of ["http", "transport"]) {
      expect(config[`xpack.security.${layer}.ssl`]).toMatchObject({
        enabled: true,
        key: "tls.key",
        certificate: "tls.crt",
        certificate_authorities: "ca.crt",
      });
    }
    expect(config["xpack.security.authc.reserved_realm.enabled"]).toBe(false);
    expect(config["xpack.security.authc.realms.file.bootstrap.order"]).toBe(0);
    expect(plan.config["users_roles"]).toBe("provisioner:provisioner\nvault:vault\n");
    const users = plan.files.find((file) => file.kind === "template")!;
    expect(users.reads).toEqual(Object.values(generatedUsers).map((name) => `secret/data/tracing/test/${name}`));
    for (const path of users.reads) expect(users.contents).toContain(`secret "${path}"`);
    expect(users.contents).toContain(".Data.data.hash");
    expect(users.contents).not.toContain(".Data.data.password");
  });

  test("has no secret in its plan: no hash, no key, no password", () => {
    const text = JSON.stringify(plan);
    expect(text).not.toMatch(/\$2[aby]\$|PRIVATE KEY|ELASTIC_PASSWORD|bootstrap\.password/);
    expect(plan.container.env).toEqual([
      { name: "ES_JAVA_OPTS", value: "-Xms1024m -Xmx1024m" },
      { name: "ES_TMPDIR", value: "/tmp" },
    ]);
  });

  test("gives its two users what they need, and no document", () => {
    const roles = load(plan.config["roles.yml"]!) as Loose;
    expect(Object.keys(roles)).toEqual(Object.keys(generatedUsers));
    expect(roles.vault).toEqual({ cluster: ["manage_security"] });
    expect(roles.provisioner.indices).toEqual([
      { names: ["*-jaeger-*", "*-tracing-audit-*"], privileges: ["create_index", "manage", "view_index_metadata"] },
    ]);
    for (const { cluster, indices = [] } of Object.values(roles)) {
      const given = [cluster, ...(indices as Loose[]).map(({ privileges }) => privileges)].flat();
      for (const right of ["all", "read", "write", "index", "superuser"]) expect(given).not.toContain(right);
    }
  });

  test("never makes a missing write alias into an index", () => {
    expect(config["action.auto_create_index"]).toBe("-*jaeger-*-write,-*-tracing-audit-write,+*");
    for (const { writeAlias } of storePlan(context).series)
      expect(writeAlias).toMatch(/jaeger-.*-write$|-tracing-audit-write$/);
  });

  test("memory holds the heap and as much beside it; its disk is what the stack says", () => {
    const own = managedElasticsearchPlan(contextOf({ elasticsearch: { ...managed, heapMib: 2048, storageGib: 7 } }));
    expect(own.container.env).toContainEqual({ name: "ES_JAVA_OPTS", value: "-Xms2048m -Xmx2048m" });
    expect(parseInt(loose(own.container.resources).limits.memory as string)).toBeGreaterThanOrEqual(2 * 2048);
    expect(own.claim).toMatchObject({ mountPath: "/usr/share/elasticsearch/data", storageGib: 7 });
  });

  test("lets in Jaeger's pods and Vault, nobody else, and is not planned for an external cluster", () => {
    const peers = plan.flows.ingress!.map(({ peer }) => peer);
    expect(peers).toEqual([
      ...storage.map((group) => ({ workload: `jaeger-collector-${group}` })),
      ...views.map((view) => ({ workload: `jaeger-query-${view}` })),
      { namespace: "vault" },
    ]);
    expect(plan.flows.ingress!.every(({ port }) => port === 9200)).toBe(true);
    expect(() => managedElasticsearchPlan(contextOf({ elasticsearch: external }))).toThrow("external");
  });

  test("a Vault outside of the cluster comes by a name that the certificate has, from ranges of its own", () => {
    const publish = { host: "elasticsearch.example", ranges: ["10.20.0.0/16"], annotations: { team: "orders" } };
    const outside = contextOf({
      vault: { ...context.settings.vault, address: "https://vault.example:8200" },
      elasticsearch: { ...managed, publish },
    });
    const own = managedElasticsearchPlan(outside);
    expect(own.files[0]).toMatchObject({ kind: "certificate" });
    expect(loose(own.files[0]).dnsNames).toContain("elasticsearch.example");
    expect(own.flows.ingress!.at(-1)).toEqual({ peer: { ranges: ["10.20.0.0/16"] }, port: 9200 });
    expect(JSON.stringify(own.flows.ingress)).not.toContain("anywhere");
    // The pods go the short way, those outside by the name.
    expect(storeUrls(outside.settings)).toEqual(["https://elasticsearch.tracing.svc:9200"]);
    expect(storeAdminUrls(outside.settings)).toEqual(["https://elasticsearch.example:9200"]);
    expect(storeAdminUrls(context.settings)).toEqual(storeUrls(context.settings));

    const service = loose(internalLoadBalancer(context.settings, "elasticsearch", 9200, publish));
    expect(service.spec).toMatchObject({ loadBalancerSourceRanges: ["10.20.0.0/16"], externalTrafficPolicy: "Local" });
    expect(service.metadata.annotations).toMatchObject({
      "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
      "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
      "networking.gke.io/load-balancer-type": "Internal",
      team: "orders",
    });
  });
});
