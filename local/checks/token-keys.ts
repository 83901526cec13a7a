/** Whether the gateway takes up new keys of the cluster by itself: its OIDC extension on the real collector, and an issuer that changes. */
import { generateKeyPairSync, randomUUID, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import { gatewayConfig } from "../../components/collector/gateway-config.ts";
import { readStack } from "../../config/stack-file.ts";
import { tryCases, type CollectorCase } from "./collector/cases.ts";
import { writeCertificate } from "./collector/certificate.ts";
import { freePort, newFolder, startCollector, type CollectorProcess } from "./collector/process.ts";
import { signedToken } from "./collector/token.ts";

interface Key {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

function newKey(): Key {
  return { kid: randomUUID(), ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };
}

interface Site {
  /** The keys that the issuer shows. */
  shown: Key[];
  issuer: Server;
  gateway: CollectorProcess;
  /** What the gateway answers to a token that a key has signed. */
  readonly answer: (key: Key) => Promise<number>;
}

async function start(): Promise<[Site]> {
  const [folder, issuerPort, port] = await Promise.all([newFolder(), freePort(), freePort()]);
  const { files } = await writeCertificate(folder, "localhost");
  const url = `https://localhost:${issuerPort}`;
  const site = { shown: [newKey()] };
  const [cert, key] = await Promise.all([readFile(files.cert), readFile(files.key)]);
  const issuer = createServer({ cert, key }, (asked, answer) => {
    const keys = site.shown.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: "jwk" }), kid, use: "sig" }));
    const document = {
      issuer: url,
      jwks_uri: `${url}/openid/v1/jwks`,
      id_token_signing_alg_values_supported: ["RS256"],
    };
    answer.setHeader("content-type", "application/json");
    answer.end(JSON.stringify(asked.url === "/openid/v1/jwks" ? { keys } : document));
  }).listen(issuerPort, "127.0.0.1");
  await once(issuer, "listening");

  const { settings, landscape } = readStack("local");
  const cluster = { ...settings.cluster, serviceAccountIssuer: url, oidc: { vaultKeys: "issuer" as const } };
  const { extensions } = gatewayConfig({ settings: { ...settings, cluster }, landscape, issuerCa: "" });
  const provider = { ...extensions.oidc.providers[0], issuer_ca_path: join(folder, "tls.crt") };
  const config = {
    extensions: { oidc: { providers: [provider] } },
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}`, auth: { authenticator: "oidc" } } } } },
    exporters: { debug: {} },
    service: {
      extensions: ["oidc"],
      pipelines: { traces: { receivers: ["otlp"], exporters: ["debug"] } },
      telemetry: { logs: { level: "error" }, metrics: { level: "none" } },
    },
  };
  const answer = async (by: Key) => {
    const token = signedToken({ issuer: url, ...by }, { namespace: "shop", serviceAccount: "shop-api" });
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    return (await fetch(`http://127.0.0.1:${port}/v1/traces`, { method: "POST", headers, body: "{}" })).status;
  };
  const gateway = await startCollector(config, folder, async () => (await answer(site.shown[0]!)) === 200);
  return [Object.assign(site, { issuer, gateway, answer })];
}

const differs = (what: string, found: number, wanted: number) =>
  found === wanted ? [] : [`${what}: ${found}, not ${wanted}`];

const cases: CollectorCase<[Site]>[] = [
  {
    title: "a token of a key that the issuer does not show is refused",
    run: async ({ answer }) => differs("a foreign key", await answer(newKey()), 401),
  },
  {
    title: "a new key is taken up with its first token, and the old one stays",
    run: async ({ shown, answer }) => {
      const next = newKey();
      const before = await answer(next);
      shown.push(next);
      return [
        ...differs("before it is shown", before, 401),
        ...differs("the new key", await answer(next), 200),
        ...differs("the old key", await answer(shown[0]!), 200),
      ];
    },
  },
  {
    title: "an old key that is shown no more is refused, when there is a newer one",
    run: async ({ shown, answer }) => {
      const [old] = shown.splice(0, 1, newKey());
      const fresh = await answer(shown[0]!);
      return [...differs("the new key", fresh, 200), ...differs("the old key", await answer(old!), 401)];
    },
  },
  {
    title: "while the issuer is away the keys stay",
    run: async ({ shown, issuer, answer }) => {
      issuer.close();
      issuer.closeAllConnections();
      return [
        ...differs("a known key", await answer(shown[0]!), 200),
        ...differs("a foreign key", await answer(newKey()), 401),
      ];
    },
  },
];

await tryCases(cases, start);
