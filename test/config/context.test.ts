import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext } from "../../config/context.ts";
import { resolveLandscape } from "../../config/landscape.ts";
import { catalogue } from "../fixtures/landscape.ts";
import { external, messageOf, minimal, parse, testFolder, type Raw } from "./fixtures.ts";

const company = join(import.meta.dirname, "..", "fixtures", "company-ca.crt");
const { directory, file } = testFolder();

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
