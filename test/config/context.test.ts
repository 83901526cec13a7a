import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, readStackRoot } from "../../config/context.ts";
import { resolveLandscape } from "../../config/landscape.ts";
import { catalogue } from "../fixtures/landscape.ts";
import { external, messageOf, minimal, parse, testFolder, type Raw } from "./fixtures.ts";

const company = join(import.meta.dirname, "..", "fixtures", "company-ca.crt");
const { directory, file } = testFolder();
const now = new Date("2026-11-25");

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
    return createContext(
      { name: "dev", settings, landscape: resolveLandscape(catalogue, settings) },
      { directory, now },
    );
  };

  test("are read once, from the folder given or by their absolute path", () => {
    const { stack, vaultCa, stackRoot, elasticsearchCa, serviceAccountKeys, landscape } = context();
    expect(stack).toBe("dev");
    expect(vaultCa).toBe(readFileSync(company, "utf8").trim());
    expect([stackRoot, elasticsearchCa]).toEqual([vaultCa, vaultCa]);
    expect(serviceAccountKeys).toEqual([pem(rsa)]);
    expect(landscape.services).toHaveLength(3);
  });

  test("an external Elasticsearch has a CA of its own", () => {
    file("other.crt", `# comment\n${readFileSync(company, "utf8")}`);
    const { vaultCa, elasticsearchCa } = context({ elasticsearch: { ...external, caFile: "other.crt" } });
    expect(elasticsearchCa).toBe(`# comment\n${vaultCa}`);
  });

  test("a key set of two keys becomes two PEM keys, without the newline that Vault would drop", () => {
    const keys = [rsa, ec].map((key) => ({ ...key.export({ format: "jwk" }), kid: "x", use: "sig" }));
    expect(context({ keys: file("jwks.json", JSON.stringify({ keys })) }).serviceAccountKeys).toEqual([
      pem(rsa),
      pem(ec),
    ]);
  });

  test("a file of several PEM keys has them all, as Kubernetes has it", () => {
    expect(context({ keys: file("two.pub", `${pem(rsa)}\n${pem(ec)}\n`) }).serviceAccountKeys).toEqual([
      pem(rsa),
      pem(ec),
    ]);
  });

  test("keys of the issuer need no file, and its CA is one certificate: the gateway would not see a second", () => {
    const of = (caFile: string) => {
      const settings = parse({
        cluster: { oidc: { vaultKeys: "issuer", caFile } },
        vault: { ...minimal.vault, caFile: company },
      });
      return createContext(
        { name: "dev", settings, landscape: resolveLandscape(catalogue, settings) },
        { directory, now },
      );
    };
    expect(of(company)).toMatchObject({
      serviceAccountKeys: undefined,
      issuerCa: readFileSync(company, "utf8").trim(),
    });
    const two = file("two.crt", readFileSync(company, "utf8").repeat(2));
    expect(messageOf(() => of(two))).toContain("holds 2 certificates, and the gateway reads the first alone");
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

  describe("the root of the stack's certificates", () => {
    const root = readFileSync(company, "utf8").trim();
    /** Below a root, as the PKI mounts of most companies: made by `openssl`, good for a hundred years. */
    const below = readFileSync(join(import.meta.dirname, "..", "fixtures", "issuing-ca.crt"), "utf8").trim();
    const rootOf = (files: Partial<Record<"caFile" | "pkiRootFile", string>>, at = now) =>
      readStackRoot({ caFile: company, ...files }, { directory, now: at });

    test("is that of Vault's own certificate, or one of its own", () => {
      expect(rootOf({})).toBe(root);
      expect(rootOf({ caFile: file("other.crt", below), pkiRootFile: company })).toBe(root);
    });

    test("may stand among others", () => {
      expect(rootOf({ pkiRootFile: file("bundle.crt", `${below}\n${root}\n`) })).toBe(`${below}\n${root}`);
    });

    test("is no CA between: clients would refuse what `up` has made", () => {
      const message = messageOf(() => rootOf({ caFile: file("between.crt", below) }));
      expect(message).toContain(
        'order-tracing:vault.caFile: "between.crt" cannot be used: it holds no CA that signed itself',
      );
      expect(message).toContain("CN=Company Issuing CA (test)");
      expect(message).toContain("name the root of vault.pkiMount in vault.pkiRootFile");
    });

    test("has not ended", () => {
      const message = messageOf(() => rootOf({}, new Date("2126-11-01")));
      expect(message).toContain("its CA ended on Oct 30 05:03:21 2126 GMT");
    });
  });

  test("the stack's CA is signed anew by the first run of each third of its life, and by no other", () => {
    const periodOf = (day: string, authorityDays = 90) => {
      const settings = parse({ vault: { ...minimal.vault, caFile: company, authorityDays } });
      const stack = { name: "dev", settings, landscape: resolveLandscape(catalogue, settings) };
      file("keys.json", pem(rsa));
      return createContext(stack, { directory, now: new Date(day) }).authorityPeriod;
    };
    const days = Array.from({ length: 90 }, (_, day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString());
    // Thirds are counted from 1970: these ninety days begin and end within one.
    expect(new Set(days.map((day) => periodOf(day))).size).toBe(4);
    expect(periodOf("2026-11-25T01:00:00Z")).toBe(periodOf("2026-11-25T23:00:00Z"));
    expect(new Set(days.map((day) => periodOf(day, 3650))).size).toBe(1);
  });
});
