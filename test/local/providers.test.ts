import * as pulumi from "@pulumi/pulumi";
import type * as Elasticstack from "@pulumi/elasticstack";

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

describe("@pulumi/elasticstack", () => {
  const registered: Registered[] = [];
  let elasticstack: typeof Elasticstack;

  beforeAll(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ type, name, inputs }) => {
        registered.push({ type, name, inputs: inputs as Record<string, unknown> });
        return { id: name, state: { ...(inputs as object), settingsRaw: "{}" } };
      },
      call: ({ token }) => {
        throw new Error(`unexpected call of ${token}`);
      },
    });
    elasticstack = await import("@pulumi/elasticstack");
  });

  const resolved = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));
  const last = (type: string): Registered | undefined => registered.findLast((resource) => resource.type === type);

  test("registers the tokens and property names of the generated SDK", async () => {
    const template = new elasticstack.ElasticsearchIndexTemplate("spans", {
      name: "spans",
      indexPatterns: ["shop-jaeger-span-*"],
      composedOfs: ["common"],
    });
    expect(await resolved(template.composedOfs)).toEqual(["common"]);
    expect(last("elasticstack:index/elasticsearchIndexTemplate:ElasticsearchIndexTemplate")?.inputs).toEqual({
      name: "spans",
      indexPatterns: ["shop-jaeger-span-*"],
      composedOfs: ["common"],
    });
  });

  test("resolves what only the provider sets", async () => {
    const index = new elasticstack.ElasticsearchIndex("first", { name: "first", deletionProtection: false });
    expect(await resolved(index.settingsRaw)).toBe("{}");
    expect(await resolved(index.deletionProtection)).toBe(false);
  });

  test("sends provider settings as JSON text", async () => {
    const provider = new elasticstack.Provider("es", {
      elasticsearch: { endpoints: [pulumi.output("https://es:9200")] },
    });
    await resolved(provider.urn);
    expect(last("pulumi:providers:elasticstack")?.inputs).toEqual({
      elasticsearch: '{"endpoints":["https://es:9200"]}',
    });
  });

  test("marks the password hash secret", async () => {
    const user = new elasticstack.ElasticsearchSecurityUser("reader", { username: "r", roles: [], passwordHash: "x" });
    expect(await pulumi.isSecret(user.passwordHash)).toBe(true);
  });
});
