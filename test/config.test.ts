import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext } from "../config/context.ts";
import { checkCatalogue } from "../config/check-catalogue.ts";
import { resolveLandscape } from "../config/landscape.ts";
import { edgeId, type Catalogue } from "../config/model.ts";
import { SettingsError } from "../config/settings-error.ts";
import { imageOf, parseSettings, type Settings } from "../config/settings.ts";
import { ownKeys, readStack, resolveStack } from "../config/stack-file.ts";
import { images, type ImageName } from "../config/versions.ts";
import { catalogue } from "./fixtures/landscape.ts";

const edgeIds = catalogue.edges.map(edgeId);
const serviceIds = Object.keys(catalogue.services).sort();
const fixtures = join(import.meta.dirname, "fixtures");
const company = join(fixtures, "company-ca.crt");

type Raw = Record<string, unknown>;

/** The least that a stack must say. */
const minimal = {
  access: { vpnRanges: ["10.8.0.0/16"] },
  cluster: { serviceAccountKeysFile: "keys.json" },
  vault: { address: "https://vault.vault.svc:8200", caFile: "ca.crt" },
  elasticsearch: { mode: "managed" },
  retentionDays: 14,
};
const external = { mode: "external", endpoint: "https://elasticsearch.example:9200", caFile: "ca.crt" };
const parse = (changes: Raw = {}): Settings => parseSettings(catalogue, "dev", { ...minimal, ...changes });
const without = (key: keyof typeof minimal): Raw => ({ ...minimal, [key]: undefined });

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "order-tracing-config-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Writes a file into the test's folder, and returns its name there. */
function file(name: string, content: string): string {
  writeFileSync(join(directory, name), content);
  return name;
}

describe("a setting that cannot be used is named with its value, what is allowed, and the line to write", () => {
  interface Wrong {
    changes: Raw;
    /** Key, given value and problem, as the first line says them. */
    says: string;
    allowed?: string;
    write?: string;
  }
  const vpnLine = "order-tracing:access:\n             vpnRanges: [10.8.0.0/16]";
  const cases: Record<string, Wrong> = {
    "no VPN range": {
      changes: { access: { vpnRanges: [] } },
      says: "order-tracing:access.vpnRanges: []: ",
      allowed: "1 or more",
      write: vpnLine,
    },
    "VPN ranges forgotten": {
      changes: { access: {} },
      says: "order-tracing:access.vpnRanges is missing",
      write: vpnLine,
    },
    "one VPN range without a list": {
      changes: { access: { vpnRanges: "10.8.0.0/16" } },
      says: 'order-tracing:access.vpnRanges: "10.8.0.0/16": Invalid input: expected array',
      write: vpnLine,
    },
    "the whole internet": {
      changes: { access: { vpnRanges: ["10.8.0.0/16", "0.0.0.0/0"] } },
      says: 'order-tracing:access.vpnRanges.1: "0.0.0.0/0": is the whole internet, or much of it, not a VPN range',
      write: vpnLine,
    },
    "the whole internet of IPv6": {
      changes: { access: { vpnRanges: ["::/0"] } },
      says: 'order-tracing:access.vpnRanges.0: "::/0": is the whole internet, or much of it, not a VPN range',
      write: vpnLine,
    },
    "an address that is no range": {
      changes: { access: { vpnRanges: ["10.8.0.1"] } },
      says: 'order-tracing:access.vpnRanges.0: "10.8.0.1": must be an address range in CIDR form',
      write: vpnLine,
    },
    "null where the block was emptied": {
      changes: { access: null },
      says: "order-tracing:access: null: Invalid input: expected object",
      write: vpnLine,
    },
    "retention of nothing": {
      changes: { retentionDays: 0 },
      says: "order-tracing:retentionDays: 0: ",
      allowed: "1 or more",
      write: "order-tracing:retentionDays: 14",
    },
    "retention of more than a year": {
      changes: { retentionDays: 366 },
      says: "order-tracing:retentionDays: 366: ",
      allowed: "365 or less",
      write: "order-tracing:retentionDays: 14",
    },
    "retention of half a day": {
      changes: { retentionDays: 1.5 },
      says: "order-tracing:retentionDays: 1.5: Invalid input: expected int",
      write: "order-tracing:retentionDays: 14",
    },
    "an unknown service": {
      changes: { services: { "mess-api": { enabled: false } } },
      says: 'order-tracing:services.mess-api: {"enabled":false}: is no setting of this project',
      allowed: "crm-api, mes-api, shop-api",
      write: "order-tracing:services.mes-api instead of order-tracing:services.mess-api",
    },
    "an unknown service in the sampling table": {
      changes: { sampling: { services: { "shop-apy": 1 } } },
      says: "order-tracing:sampling.services.shop-apy: 1: is no setting of this project",
      allowed: "crm-api, mes-api, shop-api",
      write: "order-tracing:sampling.services.shop-api instead of order-tracing:sampling.services.shop-apy",
    },
    "a runtime that cannot be instrumented": {
      changes: { services: { "mes-api": { runtime: "go" } } },
      says: 'order-tracing:services.mes-api.runtime: "go": ',
      allowed: '"java", "dotnet", "nodejs"',
      write: "order-tracing:services:\n             mes-api: {runtime: nodejs}",
    },
    "an edge to nowhere": {
      changes: { proof: { required: ["crm-api -> files-storage", "shop-api -> nowhere"] } },
      says: 'order-tracing:proof.required.1: "shop-api -> nowhere": ',
      allowed: edgeIds.map((id) => JSON.stringify(id)).join(", "),
      write: 'order-tracing:proof:\n             required: ["shop-api -> files-storage"]',
    },
    "a typo at the top": {
      changes: { acess: { vpnRanges: [] } },
      says: 'order-tracing:acess: {"vpnRanges":[]}: is no setting of this project',
      allowed:
        "access, catalogueFile, cluster, elasticsearch, images, privacy, proof, replicas, retentionDays, sampling, services, vault",
      write: "order-tracing:access instead of order-tracing:acess",
    },
    "a typo further down": {
      changes: { sampling: { slowms: 10 } },
      says: "order-tracing:sampling.slowms: 10: is no setting of this project",
      allowed: "percent, services, slowMs",
      write: "order-tracing:sampling.slowMs instead of order-tracing:sampling.slowms",
    },
    "a typo in a service": {
      changes: { services: { "mes-api": { enabeld: false } } },
      says: "order-tracing:services.mes-api.enabeld: false: is no setting of this project",
      allowed: "container, deployment, enabled, namespace, runtime, serviceAccount",
      write: "order-tracing:services.mes-api.enabled instead of order-tracing:services.mes-api.enabeld",
    },
    "a typo behind the choice of a mode": {
      changes: { elasticsearch: { mode: "managed", heapMb: 512 } },
      says: "order-tracing:elasticsearch.heapMb: 512: is no setting of this project",
      allowed: "heapMib, lifecycle, mode, publish, storageGib",
      write: "order-tracing:elasticsearch.heapMib instead of order-tracing:elasticsearch.heapMb",
    },
    "a key of the other mode": {
      changes: { elasticsearch: { ...external, storageGib: 5 } },
      says: "order-tracing:elasticsearch.storageGib: 5: is no setting of this project",
      allowed: "caFile, endpoint, lifecycle, mode",
    },
    "a mode that does not exist": {
      changes: { elasticsearch: { mode: "extern" } },
      says: `order-tracing:elasticsearch.mode: "extern": Invalid discriminator value. Expected 'managed' | 'external'`,
      write: "order-tracing:elasticsearch:\n             mode: managed   # or: external",
    },
    "no mode": {
      changes: { elasticsearch: {} },
      says: "order-tracing:elasticsearch.mode is missing",
      write: "order-tracing:elasticsearch:\n             mode: managed   # or: external",
    },
    "an external Elasticsearch without its address": {
      changes: { elasticsearch: { ...external, endpoint: undefined } },
      says: "order-tracing:elasticsearch.endpoint is missing",
      write:
        "order-tracing:elasticsearch:\n             mode: external\n             endpoint: https://elasticsearch.example:9200",
    },
    "an external Elasticsearch without TLS": {
      changes: { elasticsearch: { ...external, endpoint: "http://elasticsearch.example:9200" } },
      says: 'order-tracing:elasticsearch.endpoint: "http://elasticsearch.example:9200": must be an https:// address',
      write:
        "order-tracing:elasticsearch:\n             mode: external\n             endpoint: https://elasticsearch.example:9200",
    },
    "Vault without TLS": {
      changes: { vault: { ...minimal.vault, address: "http://vault.example:8200" } },
      says: 'order-tracing:vault.address: "http://vault.example:8200": must be an https:// address',
      write: "order-tracing:vault:\n             address: https://vault.example:8200",
    },
    "no keys of the cluster": {
      changes: { cluster: {} },
      says: "order-tracing:cluster.serviceAccountKeysFile is missing",
      write: "order-tracing:cluster:\n             serviceAccountKeysFile: trust/service-account-keys.json",
    },
    "more than everything": {
      changes: { sampling: { percent: 101 } },
      says: "order-tracing:sampling.percent: 101: ",
      allowed: "100 or less",
      write: "order-tracing:sampling:\n             percent: 10\n             slowMs: 2000",
    },
    "a share below nothing": {
      changes: { sampling: { services: { "mes-api": -1 } } },
      says: "order-tracing:sampling.services.mes-api: -1: ",
      allowed: "0 or more",
      write: "order-tracing:sampling:\n             services: {shop-api: 10}",
    },
    "no gateway": {
      changes: { replicas: { gateway: 0 } },
      says: "order-tracing:replicas.gateway: 0: ",
      allowed: "1 or more",
      write:
        "order-tracing:replicas:\n             gateway: 2\n             sampler: 2\n             jaegerCollector: 2\n             jaegerQuery: 1",
    },
    "an image without a tag, behind a port": {
      changes: { images: { overrides: { jaeger: "mirror:5000/jaeger" } } },
      says: 'order-tracing:images.overrides.jaeger: "mirror:5000/jaeger": needs a tag',
      write: "order-tracing:images:\n             overrides: {jaeger: jaegertracing/jaeger:2.13.0}",
    },
    "an unknown image": {
      changes: { images: { overrides: { jaegr: "jaeger:1" } } },
      says: 'order-tracing:images.overrides.jaegr: "jaeger:1": is no setting of this project',
      allowed: Object.keys(images).sort().join(", "),
      write: "order-tracing:images.overrides.jaeger instead of order-tracing:images.overrides.jaegr",
    },
  };

  test.each(Object.entries(cases))("%s", (_, { changes, says, allowed, write }) => {
    const message = messageOf(() => parse(changes));
    const [head, ...problems] = message.split("\n\n");
    expect(head).toBe("Pulumi.dev.yaml: 1 setting(s) cannot be used.");
    expect(problems).toHaveLength(1);
    const [first, ...rest] = problems[0]!.split("\n");
    expect(first!.slice(0, says.length)).toBe(says);
    const help = [...(allowed ? [`  allowed: ${allowed}`] : []), ...(write ? [`  write:   ${write}`] : [])];
    expect(rest.join("\n")).toBe(help.join("\n"));
  });

  test.each(Object.keys(minimal) as (keyof typeof minimal)[])("%s cannot be left out", (key) => {
    const message = messageOf(() => parseSettings(catalogue, "dev", without(key)));
    expect(message).toContain(`order-tracing:${key} is missing\n  write:   order-tracing:${key}:`);
  });

  // Each of these is the whole internet, or half of it: the ranges 0.0.0.0/1 and 128.0.0.0/1 together are all of it.
  test.each(["10.0.0.0/0", "0::/0", "::0/0", "0.0.0.0/1"])("the internet in disguise: %s", (range) => {
    expect(() => parse({ access: { vpnRanges: [range] } })).toThrow("is the whole internet");
  });

  test("two services with one identity: the gateway could not tell their spans apart", () => {
    const shared = { namespace: "shop", serviceAccount: "default" };
    expect(() => parse({ services: { "shop-api": shared, "crm-api": shared } })).toThrow(/serviceAccount.*"default"/);
  });

  test("all that is wrong is said at once, with the file's name", () => {
    const message = messageOf(() =>
      parseSettings(catalogue, "prod", { ...without("retentionDays"), acess: 1, replicas: { sampler: 0 } }),
    );
    expect(message).toMatch(/^Pulumi\.prod\.yaml: 3 setting\(s\) cannot be used\.\n\n/);
    expect(message).toContain("order-tracing:retentionDays is missing");
    expect(message).toContain("order-tracing:acess: 1: ");
    expect(message).toContain("order-tracing:replicas.sampler: 0: ");
  });

  test("a far-fetched key gets the list of the known ones, and no guess", () => {
    const message = messageOf(() => parse({ telemetry: true }));
    expect(message).toContain("order-tracing:telemetry: true: is no setting of this project\n  allowed: access, ");
    expect(message).not.toContain("write:");
  });
});

describe("defaults", () => {
  test("are safe, and kept to one place", () => {
    expect(parse()).toEqual({
      ...minimal,
      catalogueFile: "config/catalogue.ts",
      cluster: {
        serviceAccountIssuer: "https://kubernetes.default.svc.cluster.local",
        serviceAccountKeysFile: "keys.json",
      },
      vault: { ...minimal.vault, kvMount: "secret", pkiMount: "pki" },
      elasticsearch: { mode: "managed", heapMib: 1024, storageGib: 50, lifecycle: true },
      sampling: { percent: 100, slowMs: 2000, services: {} },
      services: {},
      privacy: { allowedAttributes: [], spanLinks: "drop" },
      replicas: { gateway: 2, sampler: 2, jaegerCollector: 2, jaegerQuery: 1 },
      proof: { required: [], lookbackMinutes: 60 },
      images: { overrides: {} },
    });
    expect(parse({ elasticsearch: external }).elasticsearch).toEqual({ ...external, lifecycle: true });
  });

  test("fill up a block that is set in part, and change nothing that is given", () => {
    const given = { services: { "mes-api": 100 } };
    expect(parse({ sampling: given }).sampling).toEqual({ percent: 100, slowMs: 2000, services: { "mes-api": 100 } });
    expect(parse({ replicas: { gateway: 5 } }).replicas).toMatchObject({ gateway: 5, sampler: 2 });
    expect(parse({ access: { vpnRanges: ["10.8.0.0/16", "fd00::/8"] } }).access.vpnRanges).toHaveLength(2);
  });
});

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
      deployment: "mes-api",
      container: "mes-api",
      serviceAccount: "mes-api",
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
      deployment: "mes",
      container: "app",
      serviceAccount: "mes-runner",
    };
    const [crm, mes] = landscapeOf({ services: { "mes-api": overrides } }).services;
    expect(mes).toEqual({ id: "mes-api", title: "MES API", group: "mes", ...overrides });
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
    ["upper case", { groups: ["Shop"] }, 'groups: "Shop" must be lower-case'],
    ["a group too long for the names made of it", { groups: ["a".repeat(40)] }, "becomes part of longer names"],
    ["a group twice", { groups: ["a", "a"] }, 'groups: "a" is there twice'],
    ["a quote in a service", { services: { 'a"': service } }, String.raw`services: "a\"" must be lower-case`],
    ["a namespace", { services: { a: { ...service, namespace: "a.b" } } }, 'services.a.namespace: "a.b" must be'],
    ["a store", { stores: { _: { title: "", system: "s3" as const, host: "x" } } }, 'stores: "_" must be'],
    ["a host", { stores: { x: { title: "", system: "s3" as const, host: "x:1" } } }, 'stores.x.host: "x:1" must be'],
  ])("refused: %s", (_, changes, says) => {
    const message = messageOf(check(changes));
    expect(message).toMatch(/^some-file\.ts: 1 name\(s\) cannot be used\.\n/);
    expect(message).toContain(says);
  });
});

describe("an Elasticsearch of the stack's own", () => {
  const outside = { ...minimal.vault, address: "https://vault.example:8200" };

  test("with a Vault outside of the cluster needs a way for it, or is refused with the line to write", () => {
    const message = messageOf(() => parse({ vault: outside }));
    expect(message).toContain("order-tracing:elasticsearch.publish is missing: Vault at https://vault.example:8200");
    expect(message).toContain("write:   order-tracing:elasticsearch:\n             publish:\n");
    const publish = { host: "elasticsearch.example", ranges: ["10.20.0.0/16"] };
    expect(() => parse({ vault: outside, elasticsearch: { mode: "managed", publish } })).not.toThrow();
    expect(() => parse({ vault: outside, elasticsearch: external })).not.toThrow();
  });

  test.each([
    ["no range", { host: "elasticsearch.example", ranges: [] }, "publish.ranges"],
    ["everybody", { host: "elasticsearch.example", ranges: ["0.0.0.0/0"] }, "publish.ranges.0"],
    ["an address for a name", { host: "https://x", ranges: ["10.0.0.0/16"] }, "publish.host"],
  ])("is not published to %s", (_, publish, key) => {
    expect(() => parse({ elasticsearch: { mode: "managed", publish } })).toThrow(
      `order-tracing:elasticsearch.${key}: `,
    );
  });
});

describe("stack files", () => {
  test.each(["local", "dev", "prod"])("the checked-in %s can be used", (stack) => {
    expect(readStack(stack).landscape.services.length).toBeGreaterThan(0);
  });

  test("name the landscape that they are about, from the folder of the file", () => {
    const model = join(import.meta.dirname, "..", "config", "model.ts");
    file(
      "landscape.ts",
      `import { defineCatalogue } from ${JSON.stringify(model)};
       export const catalogue = defineCatalogue({ groups: ["a"], frontends: {}, stores: {}, edges: [],
         services: { "a-api": { title: "A", group: "a", runtime: "java", namespace: "a" } } });`,
    );
    const raw = { ...minimal, catalogueFile: "landscape.ts", services: { "a-api": { deployment: "a" } } };
    expect(resolveStack("dev", raw, directory).landscape.services).toMatchObject([{ id: "a-api", deployment: "a" }]);
  });

  test.each([
    ["nowhere.ts", "Cannot find module"],
    ["empty.ts", "exports no `catalogue`"],
    [7, "is no path"],
  ])("a landscape that is none is named: %p", (name, problem) => {
    file("empty.ts", "export const other = 1;");
    const message = messageOf(() => resolveStack("dev", { ...minimal, catalogueFile: name }, directory));
    expect(message).toContain(`order-tracing:catalogueFile: ${JSON.stringify(name)}: `);
    expect(message).toContain(problem);
    expect(message).toContain("write:   order-tracing:catalogueFile: config/catalogue.ts");
  });

  test("keys of others are not this project's business", () => {
    const config = { "order-tracing:retentionDays": 1, "order-tracing-x:a": 2, "pulumi:x": 3, "aws:region": "x" };
    expect(ownKeys(config)).toEqual({ retentionDays: 1 });
  });

  test("one that is missing, no YAML, or empty is named", () => {
    const missing = messageOf(() => readStack("stage", directory));
    expect(missing).toContain(join(directory, "Pulumi.stage.yaml"));
    expect(missing).toContain("ENOENT");
    file("Pulumi.broken.yaml", "config: [");
    const broken = messageOf(() => readStack("broken", directory));
    expect(broken).toContain(`${join(directory, "Pulumi.broken.yaml")} cannot be read: `);
    file("Pulumi.empty.yaml", "");
    const empty = messageOf(() => readStack("empty", directory));
    expect(empty).toContain("Pulumi.empty.yaml: 5 setting(s) cannot be used.");
    expect(empty).toContain("order-tracing:vault is missing");
  });
});

describe("images", () => {
  test("are the pinned ones, the stack's own, and behind the mirror if there is one", () => {
    const own = { jaeger: "company/jaeger:2.19.0-1" };
    expect(imageOf(parse(), "jaeger")).toBe(images.jaeger);
    expect(imageOf(parse({ images: { overrides: own } }), "jaeger")).toBe(own.jaeger);
    const mirror = { registry: "mirror.example:5000/docker", overrides: own };
    expect(imageOf(parse({ images: mirror }), "jaeger")).toBe("mirror.example:5000/docker/company/jaeger:2.19.0-1");
    expect(imageOf(parse({ images: mirror }), "vault")).toBe(`mirror.example:5000/docker/${images.vault}`);
  });

  test.each(Object.keys(images) as ImageName[])("%s is pinned to an exact version", (name) => {
    expect(images[name]).toMatch(/^[a-z0-9./-]+:v?\d+\.\d+\.\d+$/);
  });
});

describe("files that the settings name", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
  interface Files {
    keys?: string;
    ca?: string;
    elasticsearch?: Raw;
  }
  const pem = (key: typeof rsa) => key.export({ type: "spki", format: "pem" }).toString().trim();
  const context = ({ keys = "rsa.pub", ca = company, elasticsearch = minimal.elasticsearch }: Files = {}) => {
    file("rsa.pub", `${pem(rsa)}\n`);
    const cluster = { serviceAccountKeysFile: keys };
    const vault = { ...minimal.vault, caFile: ca };
    const settings = parse({ cluster, vault, elasticsearch });
    return createContext({ name: "dev", settings, landscape: resolveLandscape(catalogue, settings) }, directory);
  };

  test("are read once, from the folder given or by their absolute path", () => {
    const { stack, companyCa, elasticsearchCa, serviceAccountKeys, landscape } = context();
    expect(stack).toBe("dev");
    expect(companyCa).toBe(readFileSync(company, "utf8").trim());
    expect(elasticsearchCa).toBe(companyCa);
    expect(serviceAccountKeys).toEqual([pem(rsa)]);
    expect(landscape.services).toHaveLength(3);
  });

  test("an external Elasticsearch has a CA of its own", () => {
    file("other.crt", `# comment\n${readFileSync(company, "utf8")}`);
    const { companyCa, elasticsearchCa } = context({ elasticsearch: { ...external, caFile: "other.crt" } });
    expect(elasticsearchCa).toBe(`# comment\n${companyCa}`);
  });

  test("a key set of two keys becomes two PEM keys, without the newline that Vault would drop", () => {
    const keys = [rsa, ec].map((key) => ({ ...key.export({ format: "jwk" }), kid: "x", use: "sig" }));
    expect(context({ keys: file("jwks.json", JSON.stringify({ keys })) }).serviceAccountKeys).toEqual([
      pem(rsa),
      pem(ec),
    ]);
  });

  test.each([
    ["a file that is not there", "nowhere.crt", undefined, "ENOENT", "the path of a file"],
    ["PEM that is none", "text.crt", "hello", "", "-----BEGIN CERTIFICATE-----"],
    ["a broken certificate", "broken.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "", "PEM"],
    ["a private key", "key.crt", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "", "PEM"],
  ])("as a CA: %s is named with its key and what is allowed", (_, name, content, reason, allowed) => {
    if (content) file(name, content);
    const message = messageOf(() => context({ ca: name }));
    const [first, help] = message.split("\n  allowed: ");
    expect(first).toContain(`order-tracing:vault.caFile: "${name}" cannot be used: `);
    expect(first).toContain(reason);
    expect(help).toContain(allowed);
    const elsewhere = messageOf(() => context({ elasticsearch: { ...external, caFile: name } }));
    expect(elsewhere).toContain(`order-tracing:elasticsearch.caFile: "${name}" cannot be used: `);
  });

  test.each([
    ["a file that is not there", "nowhere.pub", undefined],
    ["PEM that is none", "text.pub", "hello"],
    ["JSON that is no key set", "object.json", '{"issuer": "x"}'],
    ["broken JSON", "broken.json", '{"keys": ['],
    ["a key that is none", "key.json", '{"keys": [{"kty": "RSA"}]}'],
  ])("as the cluster's keys: %s is named with its key and what is allowed", (_, name, content) => {
    if (content) file(name, content);
    const message = messageOf(() => context({ keys: name }));
    expect(message).toContain(`order-tracing:cluster.serviceAccountKeysFile: "${name}" cannot be used: `);
    expect(message).toMatch(/\n {2}allowed: (the answer of `kubectl get --raw \/openid\/v1\/jwks`|the path of a file)/);
  });

  test("a key set without keys would let nobody in: it is refused here, not by Vault", () => {
    expect(() => context({ keys: file("empty.json", '{"keys": []}') })).toThrow("serviceAccountKeysFile");
  });
});
