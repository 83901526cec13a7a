import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readStack, resolveStack } from "../../config/stack-file.ts";
import { defaultNamespace, gatewayName, serviceHost } from "../../lib/names.ts";
import { messageOf, minimal, testFolder } from "./fixtures.ts";

const { directory, file } = testFolder();

describe("stack files", () => {
  test.each(["local", "dev", "prod"])("the checked-in %s can be used", (stack) => {
    expect(readStack(stack).landscape.services.length).toBeGreaterThan(0);
  });

  test.each(["local", "dev", "prod"])("the policies of %s know the gateway by its name", (stack) => {
    const { namespace } = readStack(stack).settings.cluster;
    const file = join(import.meta.dirname, "../../config/policies", `${stack}.json`);
    const given = JSON.parse(readFileSync(file, "utf8")) as { "privacy-redaction": { cleaning: string[] } };
    expect(given["privacy-redaction"].cleaning).toEqual([serviceHost(gatewayName, namespace)]);
  });

  test("the local one has the namespace that the local environment knows", () => {
    expect(readStack("local").settings.cluster.namespace).toBe(defaultNamespace);
  });

  test("name the landscape that they are about, from the folder of the file", () => {
    const model = join(import.meta.dirname, "..", "..", "config", "model.ts");
    file(
      "landscape.ts",
      `import { defineCatalogue } from ${JSON.stringify(model)};
       export const catalogue = defineCatalogue({ groups: ["a"], frontends: {}, stores: {}, edges: [],
         services: { "a-api": { title: "A", group: "a", runtime: "java", namespace: "a" } } });`,
    );
    const access = { ...minimal.access, roles: { everybody: { groups: ["staff"], views: ["a", "all"] } } };
    const raw = { ...minimal, access, catalogueFile: "landscape.ts", services: { "a-api": { deployment: "a" } } };
    expect(resolveStack("dev", raw, directory).landscape.services).toMatchObject([{ id: "a-api", deployment: "a" }]);
  });

  test.each([
    ["nowhere.ts", "Cannot find module"],
    ["empty.ts", "exports no `catalogue`"],
    ["shape.ts", "has a `catalogue` that is none: groups: "],
    ["throws.ts", '"throws.ts": not today\n'],
    [7, "is no path"],
  ])("a landscape that is none is named: %p", (name, problem) => {
    file("empty.ts", "export const other = 1;");
    file("shape.ts", 'export const catalogue = { groups: "a" };');
    file("throws.ts", 'throw "not today";');
    const message = messageOf(() => resolveStack("dev", { ...minimal, catalogueFile: name }, directory));
    expect(message).toContain(`order-tracing:catalogueFile: ${JSON.stringify(name)}: `);
    expect(message).toContain(problem);
    expect(message).toContain("write:   order-tracing:catalogueFile: config/catalogue.ts");
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
