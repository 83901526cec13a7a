import { FakeServer, ProviderProcess, type Values } from "./provider-process.ts";

const policy = "vault:index/policy:Policy";
const authBackend = "vault:jwt/authBackend:AuthBackend";
const authBackendRole = "vault:jwt/authBackendRole:AuthBackendRole";
const certRequest = "vault:pkiSecret/secretBackendIntermediateCertRequest:SecretBackendIntermediateCertRequest";
const signed = "vault:pkiSecret/secretBackendRootSignIntermediate:SecretBackendRootSignIntermediate";
const setSigned = "vault:pkiSecret/secretBackendIntermediateSetSigned:SecretBackendIntermediateSetSigned";
const pkiRole = "vault:pkiSecret/secretBackendRole:SecretBackendRole";
const token = "hvs.not-to-be-seen";
const childToken = "hvs.child";

describe("the process of the Vault stand-in", () => {
  let vault: FakeServer;
  let provider: ProviderProcess;
  let answers: Record<string, { status?: number; body?: unknown }>;

  beforeAll(async () => {
    vault = await FakeServer.start(({ method, path }) => answers[`${method} ${path}`]);
    provider = await ProviderProcess.start("vault", { VAULT_TOKEN: token, VAULT_CACERT: "", VAULT_ADDR: undefined });
  });

  beforeEach(async () => {
    answers = { "POST /v1/auth/token/create": { body: { auth: { client_token: childToken } } } };
    vault.requests();
    await configure();
  });

  afterAll(async () => {
    await provider[Symbol.asyncDispose]();
    await vault[Symbol.asyncDispose]();
  });

  const configure = (settings: Values = { skipChildToken: "true" }) =>
    provider.configure({ address: vault.address, maxRetries: "1", ...settings });
  const create = (preview = false) => provider.create(policy, { name: "reader", policy: "secret text" }, preview);
  const tokens = () => vault.asked.map(({ path, headers }) => `${path} ${String(headers["x-vault-token"])}`);

  test("a preview makes no call", async () => {
    await expect(create(true)).resolves.toBeDefined();
    expect(vault.requests()).toEqual([]);
  });

  test("errors name the resource, the address and the reason, and no secret", async () => {
    answers["POST /v1/sys/policies/acl/reader"] = { status: 403, body: { errors: ["permission denied"] } };
    await expect(create()).rejects.toThrow(
      `vault:index/policy:Policy "it": Vault at ${vault.address}: POST sys/policies/acl/reader: 403 permission denied`,
    );
    answers["POST /v1/sys/policies/acl/reader"] = { status: 503, body: { errors: ["Vault is sealed"] } };
    await expect(create()).rejects.toThrow("Vault is sealed: unseal it and run again");
    await configure({ address: "http://127.0.0.1:1" });
    await expect(create()).rejects.toThrow(/policy:Policy "it": Vault at http:\/\/127.0.0.1:1 cannot be reached/);
    expect(provider.said).not.toContain(token);
  });

  test("refuses a type that it does not have", async () => {
    await expect(provider.create("vault:aws/secretBackend:SecretBackend", {})).rejects.toThrow(
      /vault:aws\/secretBackend:SecretBackend: the local stand-in for vault [\d.]+ does not have this resource type/,
    );
  });

  describe("its token", () => {
    test("is a child of 20 minutes by default, made once", async () => {
      await configure({});
      await create();
      await create();
      expect(tokens()).toEqual([
        `/v1/auth/token/lookup-self ${token}`,
        `/v1/auth/token/create ${token}`,
        `/v1/sys/policies/acl/reader ${childToken}`,
        `/v1/sys/policies/acl/reader ${childToken}`,
      ]);
      expect(vault.asked[1]!.body).toMatchObject({ ttl: "1200s", explicit_max_ttl: "1200s", renewable: false });
    });

    test("lives as long as the settings say", async () => {
      await configure({ maxLeaseTtlSeconds: "7200" });
      await create();
      expect(vault.asked[1]!.body).toMatchObject({ ttl: "7200s", explicit_max_ttl: "7200s" });
    });

    test("fails without the right to make one", async () => {
      answers["POST /v1/auth/token/create"] = { status: 403, body: { errors: ["permission denied"] } };
      await configure({});
      await expect(create()).rejects.toThrow("failed to create limited child token");
    });

    test("is the run's own with skipChildToken", async () => {
      await create();
      expect(tokens()).toEqual([`/v1/auth/token/lookup-self ${token}`, `/v1/sys/policies/acl/reader ${token}`]);
    });
  });

  test("asks in the namespace of its settings", async () => {
    await configure({ skipChildToken: "true", namespace: "admin" });
    await create();
    expect(vault.asked.map(({ headers }) => headers["x-vault-namespace"])).toEqual(["admin", "admin"]);
  });

  test("makes the request of the CA at the path of Vault 1.11 and newer", async () => {
    await provider.create(certRequest, { backend: "t-pki", type: "internal", commonName: "CA" });
    expect(vault.requests()).toContain("POST /v1/t-pki/issuers/generate/intermediate/internal");
  });

  describe("does no more than the plugin", () => {
    test("a lost key or certificate of the CA stays in the state, only a lost mount does not", async () => {
      const state = { backend: "t-pki", type: "internal", commonName: "CA", csr: "CSR", keyId: "gone" };
      for (const url of ["/v1/t-pki/key/gone", "/v1/pki/cert/00", "/v1/t-pki/issuer/gone"]) {
        answers[`GET ${url}`] = { status: 404, body: { errors: [] } };
      }
      expect(await provider.read(certRequest, "id", state, state)).toMatchObject({ csr: "CSR" });
      const certificate = { backend: "pki", csr: "CSR", commonName: "CA", serialNumber: "00", certificate: "PEM" };
      expect(await provider.read(signed, "id", certificate, certificate)).toMatchObject({ certificate: "PEM" });
      const set = { backend: "t-pki", certificate: "PEM", importedIssuers: ["gone"] };
      answers["GET /v1/sys/mounts/t-pki"] = { body: { data: { type: "pki" } } };
      expect(await provider.read(setSigned, "id", set, set)).toMatchObject({ certificate: "PEM" });
      answers["GET /v1/sys/mounts/t-pki"] = { status: 400, body: { errors: ["No secret engine mount at t-pki/"] } };
      expect(await provider.read(setSigned, "id", set, set)).toBeUndefined();
    });

    test("another ttl or issuer of the CA is an update that does nothing", async () => {
      const olds = { backend: "pki", csr: "CSR", commonName: "CA", ttl: "3600", certificate: "PEM" };
      const news = { backend: "pki", csr: "CSR", commonName: "CA", ttl: "7200", issuerRef: "new" };
      expect(await provider.diff(signed, olds, news)).toMatchObject({ replaces: [] });
      expect(await provider.update(signed, "id", olds, news)).toMatchObject({ ttl: "7200", certificate: "PEM" });
      expect(vault.requests()).toEqual([]);
    });

    test("the issuers above the CA are added, never read and never taken away", async () => {
      const configCa = "vault:pkiSecret/secretBackendConfigCa:SecretBackendConfigCa";
      const inputs = { backend: "t-pki", pemBundle: "PEM" };
      await provider.create(configCa, inputs);
      expect(vault.asked.at(-1)).toMatchObject({ path: "/v1/t-pki/config/ca", body: { pem_bundle: "PEM" } });
      vault.requests();
      expect(await provider.read(configCa, "id", inputs, inputs)).toMatchObject(inputs);
      await provider.delete(configCa, inputs);
      expect(vault.requests()).toEqual([]);
    });

    test("which CA issues is written, and left as it is when the resource goes", async () => {
      const issuers = "vault:pkiSecret/secretBackendConfigIssuers:SecretBackendConfigIssuers";
      const inputs = { backend: "t-pki", default: "id-2", defaultFollowsLatestIssuer: true };
      await provider.create(issuers, inputs);
      expect(vault.asked.at(-1)).toMatchObject({
        ...{ method: "POST", path: "/v1/t-pki/config/issuers" },
        body: { default: "id-2", default_follows_latest_issuer: true },
      });
      vault.requests();
      await provider.delete(issuers, inputs);
      expect(vault.requests()).toEqual([]);
    });

    test("the description of a login method is never written again", async () => {
      const olds = { path: "t-jwt", description: "a", jwtValidationPubkeys: ["PEM"] };
      await provider.update(authBackend, "t-jwt", olds, { ...olds, description: "b" });
      expect(vault.requests()).not.toContain("POST /v1/sys/auth/t-jwt/tune");
    });
  });

  test("a login method without a source of keys is refused before anything is made", async () => {
    expect(await provider.check(authBackend, { path: "t-jwt" })).toEqual([
      expect.stringContaining("exactly one of oidc_discovery_url, jwks_url"),
    ]);
    expect(await provider.check(authBackend, { path: "t-jwt", jwtValidationPubkeys: [] })).toHaveLength(1);
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    expect(await provider.check(authBackend, { path: "t-jwt", jwtValidationPubkeys: unknown })).toEqual([]);
  });

  test("the order of keys and of allowed names counts, and another type of role is another role", async () => {
    const diff = (type: string, olds: Values, news: Values) => provider.diff(type, olds, news);
    expect(
      await diff(authBackend, { jwtValidationPubkeys: ["a", "b"] }, { jwtValidationPubkeys: ["b", "a"] }),
    ).toMatchObject({ diffs: ["jwtValidationPubkeys"], replaces: [] });
    expect(await diff(pkiRole, { allowedDomains: ["a", "b"] }, { allowedDomains: ["b", "a"] })).toMatchObject({
      diffs: ["allowedDomains"],
    });
    expect(await diff(authBackendRole, { roleType: "jwt" }, { roleType: "oidc" })).toMatchObject({
      replaces: ["roleType"],
    });
  });
});
