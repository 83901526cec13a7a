import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { engineStack } from "../../config/stack.ts";
import { ownKeys, projectDir, readStack, resolveStack } from "../../config/stack-file.ts";
import { external, messageOf, minimal, parse, testFolder, type Raw } from "./fixtures.ts";

const { directory, file } = testFolder();

/** Keys as they stand in a file. */
const prefixed = (settings: Raw) =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [`order-tracing:${key}`, value]));

/** All values as the engine hands them over: text, "" for a block that was emptied, JSON for the others. */
const asEngine = (config: Raw): Raw =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : value === null ? "" : JSON.stringify(value),
    ]),
  );

const stackFile = (name: string, settings: Raw, rest: Raw = {}) =>
  file(`Pulumi.${name}.yaml`, dump({ config: prefixed(settings), ...rest }));

describe("the engine and the commands read the same", () => {
  test.each(["local", "dev", "prod"])("from the checked-in %s", (stack) => {
    const { config } = load(readFileSync(join(projectDir, `Pulumi.${stack}.yaml`), "utf8")) as { config: Raw };
    expect(engineStack(stack, asEngine(config)).settings).toEqual(readStack(stack).settings);
  });

  test("numbers and booleans that are written as text, at every depth", () => {
    const settings = parse({
      retentionDays: "7",
      replicas: '{"gateway": "3"}',
      services: { "mes-api": { enabled: "false" } },
      sampling: { percent: "12.5", services: '{"mes-api": "1"}' },
      elasticsearch: { mode: "managed", lifecycle: "true", heapMib: "2048" },
    });
    expect(settings).toMatchObject({
      retentionDays: 7,
      replicas: { gateway: 3, sampler: 2 },
      services: { "mes-api": { enabled: false } },
      sampling: { percent: 12.5, services: { "mes-api": 1 } },
      elasticsearch: { lifecycle: true, heapMib: 2048 },
    });
  });

  test("a text that looks like a number, a boolean or a list stays a text where a text is wanted", () => {
    const services = { "shop-api": { namespace: "120", deployment: "1.20", container: "true" } };
    expect(parse({ services }).services["shop-api"]).toEqual(services["shop-api"]);
    expect(parse({ services: JSON.stringify(services) }).services["shop-api"]).toEqual(services["shop-api"]);
    expect(parse({ catalogueFile: "[x]" }).catalogueFile).toBe("[x]");
  });

  test("YAML has made a number of a text without quotes: what was written is lost, and the quotes are asked for", () => {
    const services = load("{shop-api: {deployment: 1.20}}");
    expect(messageOf(() => parse({ services }))).toContain(
      "order-tracing:services.shop-api.deployment: 1.2: is a number, and a text is wanted: put it into quotes",
    );
  });

  test.each(["seven", "0x10", "1e3", "", "NaN"])("%p is no number", (retentionDays) => {
    expect(() => parse({ retentionDays })).toThrow("order-tracing:retentionDays");
  });

  test("a block that was emptied is absent, at every depth", () => {
    const emptied = load(
      `{sampling: , images: {overrides: , registry: }, services: {mes-api: {runtime: }, shop-api: }}`,
    );
    const settings = resolveStack("dev", ownKeys({ ...prefixed({ ...minimal, ...(emptied as Raw) }) })).settings;
    expect(settings.sampling).toEqual({ percent: 100, slowMs: 2000, services: {} });
    expect(settings.images).toEqual({ overrides: {}, registries: {} });
    expect(settings.services).toEqual({ "mes-api": {} });
    const engine = asEngine(prefixed({ ...minimal, ...(emptied as Raw) }));
    expect(resolveStack("dev", ownKeys(engine)).settings).toEqual(settings);
    expect(() => parse({ vault: null })).toThrow("order-tracing:vault is missing");
    expect(() => parse({ access: { vpnRanges: null } })).toThrow("order-tracing:access.vpnRanges is missing");
  });

  test("values that Pulumi.yaml gives to all stacks, in each of its forms", () => {
    file(
      "Pulumi.yaml",
      `name: order-tracing
config:
  order-tracing:retentionDays: 9
  vault: {value: ${JSON.stringify(minimal.vault)}}
  access: {type: object, default: ${JSON.stringify(minimal.access)}}
  order-tracing:elasticsearch: {default: ${JSON.stringify(external)}}
  replicas: {value: {gateway: 7}}
  proof: {description: no value}
  aws:region: {value: eu-central-1}
`,
    );
    stackFile("defaults", { cluster: minimal.cluster, replicas: { sampler: 4 } });
    const { settings } = readStack("defaults", directory);
    expect(settings).toMatchObject({ retentionDays: 9, vault: minimal.vault, access: minimal.access });
    expect(settings.elasticsearch.mode).toBe("external");
    // The engine takes the stack's block as a whole.
    expect(settings.replicas).toMatchObject({ gateway: 2, sampler: 4 });
    file("Pulumi.unprefixed.yaml", dump({ config: { cluster: minimal.cluster, retentionDays: 5 } }));
    expect(readStack("unprefixed", directory).settings.retentionDays).toBe(5);
    file("Pulumi.yaml", "name: order-tracing\n");
  });

  test("or the run stops before anything changes, and names what differs", () => {
    stackFile("drift", minimal);
    const engine = asEngine(prefixed({ ...minimal, retentionDays: 30 }));
    const message = messageOf(() => engineStack("drift", engine, directory));
    expect(message).toContain("which the commands read: order-tracing:retentionDays.\n  write:   them into that file");
    expect(engineStack("elsewhere", engine, directory).settings.retentionDays).toBe(30);
  });
});

describe("what only the engine can open", () => {
  test.each<[string, Raw, string]>([
    ["a value", { vault: { ...minimal.vault, address: { secure: "v1:AAAB" } } }, "order-tracing:vault.address"],
    ["a whole block", { vault: { secure: "v1:AAAB" } }, "order-tracing:vault"],
    ["an entry of a list", { access: { vpnRanges: [{ secure: "v1:AAAB" }] } }, "order-tracing:access.vpnRanges.0"],
  ])("encrypted: %s is named, with the line to write", (_, changes, key) => {
    stackFile("encrypted", { ...minimal, ...changes });
    const message = messageOf(() => readStack("encrypted", directory));
    expect(message).toContain(`${key}: is encrypted`);
    expect(message).toContain(`write:   pulumi config set --plaintext --path '${key}' <value>`);
  });

  test("an environment may hold credentials, but no settings", () => {
    stackFile("esc", minimal, { environment: ["company/dev"] });
    expect(readStack("esc", directory).settings.retentionDays).toBe(14);
    stackFile("esc", { ...minimal, vault: null }, { environment: ["company/dev"] });
    const message = messageOf(() => readStack("esc", directory));
    expect(message).toContain("order-tracing:vault is missing");
    expect(message).toContain("names an environment. Commands run without the engine and cannot open it");
    expect(message).toContain("pulumi env run");
    // The engine sees what is in it: it says the same instead of leaving the commands behind.
    const engine = asEngine(prefixed(minimal));
    expect(messageOf(() => engineStack("esc", engine, directory))).toContain("cannot open it");
  });
});

describe("names of stacks", () => {
  test.each(["named", "acme/named", "acme/order-tracing/named"])("%s is the stack named", (name) => {
    stackFile("named", minimal);
    expect(readStack(name, directory).name).toBe("named");
  });

  test.each([
    ["acme/other/named", "is a stack of the project other"],
    ["a/b/c/named", "is no name of a stack"],
    ["", "is no name of a stack"],
    ["acme//named", "is no name of a stack"],
    ["named dev", "is no name of a stack"],
  ])("%p is refused", (name, says) => {
    expect(messageOf(() => readStack(name, directory))).toContain(says);
  });
});

describe("keys of a stack file", () => {
  test("of others are not this project's business", () => {
    const config = { "order-tracing:retentionDays": 1, "order-tracing-x:a": 2, "pulumi:x": 3, "aws:region": "x" };
    expect(ownKeys(config)).toEqual({ retentionDays: 1 });
  });

  test("without a prefix are this project's: Pulumi takes them so", () => {
    expect(ownKeys({ retentionDays: 1 })).toEqual({ retentionDays: 1 });
  });

  test.each(["order_tracing", "ordertracing", "order-traceing", "order-tracng", "Order-Tracing"])(
    "under the prefix %s are reported: nobody would read them",
    (prefix) => {
      const message = messageOf(() => ownKeys({ [`${prefix}:sampling`]: { percent: 1 } }));
      expect(message).toBe(
        `${prefix}:sampling: nobody reads it: its prefix is not order-tracing\n  write:   order-tracing:sampling`,
      );
      expect(messageOf(() => ownKeys({ [`${prefix}:samplng`]: 1 }))).toContain("write:   order-tracing:sampling");
    },
  );
});
