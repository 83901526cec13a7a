import * as pulumi from "@pulumi/pulumi";
import type * as Elasticstack from "@pulumi/elasticstack";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { credentials } from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { seconds, set } from "../providers/canonical.ts";
import { check } from "../providers/check.ts";
import { diff } from "../providers/diff.ts";
import { reconcile } from "../providers/properties.ts";
import type { Properties, Table } from "../providers/properties.ts";

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

describe("local providers", () => {
  const table: Table = {
    name: { schema: z.string(), replace: true },
    domains: { schema: z.array(z.string()).optional(), canonical: set, default: [] },
    ttl: { schema: z.union([z.string(), z.number()]).optional(), canonical: seconds, default: 0 },
    hash: { schema: z.string().optional(), writeOnly: true },
  };
  const notKnown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const type = { inputs: table, id: ({ name }: Properties) => name as string };
  const reasons = (news: Properties): string[] =>
    check(table, news)
      .getFailuresList()
      .map((failure) => failure.getReason());

  test("refuse inputs that they do not have, and pass what is not known yet", () => {
    expect(reasons({ name: "a", bogus: 1 })).toEqual(["bogus: the local stand-in has no such input"]);
    expect(reasons({ name: 1 })[0]).toContain("name: ");
    expect(reasons({ name: notKnown, domains: notKnown })).toEqual([]);
    expect(reasons({})[0]).toContain("name: ");
  });

  test("see no difference in order, in ways to write a time, and in defaults", () => {
    const olds = { name: "a", domains: ["x", "y"], ttl: 86_400 };
    expect(diff(type, olds, { name: "a", domains: ["y", "x"], ttl: "24h" }, true).getDiffsList()).toEqual([]);
    expect(diff(type, { name: "a" }, { name: "a", domains: [], ttl: "0" }, true).getDiffsList()).toEqual([]);
  });

  test("say what differs, and what only another object can have", () => {
    const changed = diff(type, { name: "a", ttl: 1 }, { name: "b", domains: ["x"] }, true);
    expect(changed.getDiffsList()).toEqual(["domains", "name", "ttl"]);
    expect(changed.getReplacesList()).toEqual(["name"]);
    expect(changed.getDeletebeforereplace()).toBe(false);
    expect(diff(type, { name: "a" }, { name: "a", ttl: notKnown }, true).getDiffsList()).toEqual(["ttl"]);
    expect(diff(type, { name: "a" }, { name: "a", ttl: 5 }, false).getDeletebeforereplace()).toBe(true);
  });

  test("report drift only where the live object differs, and keep what the server never tells", () => {
    const inputs = { name: "a", domains: ["y", "x"], ttl: "24h", hash: "h" };
    expect(reconcile(table, inputs, { name: "a", domains: ["x", "y"], ttl: 86_400 })).toEqual(inputs);
    expect(reconcile(table, inputs, { name: "a", domains: ["x"], ttl: 60 })).toEqual({
      ...inputs,
      domains: ["x"],
      ttl: 60,
    });
    // Never given, but somebody set it.
    expect(reconcile(table, { name: "a" }, { name: "a", ttl: 60 })).toEqual({ name: "a", ttl: 60 });
  });
});

describe("the process of the Vault stand-in", () => {
  const token = "hvs.not-to-be-seen";
  let vault: Server | undefined;
  let provider: ChildProcess | undefined;
  let client: InstanceType<typeof ResourceProviderClient> | undefined;
  let said = "";
  let answer: { status: number; body: unknown };

  beforeAll(async () => {
    const server = createServer((_request, response) => {
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
    vault = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const main = join(__dirname, "../providers/vault/main.ts");
    const env = { ...process.env, VAULT_TOKEN: token, VAULT_CACERT: "" };
    const child = spawn("node", [main], { env, stdio: ["ignore", "pipe", "pipe"] });
    provider = child;
    child.stderr.on("data", (data: Buffer) => (said += data.toString()));
    const [port] = (await once(child.stdout, "data")) as [Buffer];
    client = new ResourceProviderClient(`127.0.0.1:${port.toString().trim()}`, credentials.createInsecure());
  }, 30_000);

  afterAll(() => {
    client?.close();
    provider?.kill();
    vault?.close();
  });

  const struct = (value: Record<string, string>) => Struct.fromJavaScript(value);
  type Call = (request: unknown, done: (error: Error | null, answer?: unknown) => void) => void;
  const call = (method: "configure" | "create", request: unknown): Promise<unknown> =>
    promisify((client![method] as Call).bind(client))(request);
  const configure = (at: string): Promise<unknown> =>
    call("configure", new providerProto.ConfigureRequest().setArgs(struct({ address: at, maxRetries: "1" })));
  const create = (preview: boolean, resource = "vault:index/policy:Policy"): Promise<unknown> => {
    const request = new providerProto.CreateRequest()
      .setUrn(`urn:pulumi:s::p::${resource}::reader`)
      .setProperties(struct({ name: "reader", policy: "secret text" }))
      .setPreview(preview);
    return call("create", request);
  };
  const address = (): string => `http://127.0.0.1:${(vault!.address() as AddressInfo).port}`;

  test("a preview makes no call", async () => {
    await configure("http://127.0.0.1:1");
    await expect(create(true)).resolves.toBeDefined();
  });

  test("errors name the resource, the address and the reason, and no secret", async () => {
    await expect(create(false)).rejects.toThrow(
      /vault:index\/policy:Policy "reader": Vault is unreachable at http:\/\/127.0.0.1:1/,
    );
    await configure(address());
    answer = { status: 403, body: { errors: ["permission denied"] } };
    await expect(create(false)).rejects.toThrow(`POST ${address()}/v1/sys/policies/acl/reader: 403 permission denied`);
    answer = { status: 503, body: { errors: ["Vault is sealed"] } };
    await expect(create(false)).rejects.toThrow(`Vault at ${address()} is sealed: unseal it and run again`);
    expect(said).not.toContain(token);
  }, 20_000);

  test("refuses a type that it does not have", async () => {
    await expect(create(false, "vault:aws/secretBackend:SecretBackend")).rejects.toThrow(
      /vault:aws\/secretBackend:SecretBackend: the local stand-in for vault 7.8.0 does not have this resource type/,
    );
  });
});
