import { createHash } from "node:crypto";
import type { KubernetesObject, V1Deployment, V1Secret } from "@kubernetes/client-node";
import { loginImage } from "../images.ts";
import { labels, probes, restrictedDeployment, service, serviceAccount } from "../kubernetes/workload.ts";
import { accounts } from "./accounts.ts";
import { sha256, type Credentials } from "./credentials.ts";
import { clientId, issuer, name, namespace, origins, port } from "./settings.ts";

/** PEM texts of the provider's own. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

const uid = 10001;
const tls = `${name}-tls`;
const metadata = { name, namespace, labels: labels(name) };

/** Objects of the company's identity provider: one pod, everything it knows in one file, TLS by the company's CA. */
export function identityObjects(credentials: Credentials, server: ServerCertificate): KubernetesObject[] {
  const account = serviceAccount(name, namespace);
  const settings: V1Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    type: "Opaque",
    data: { "settings.json": base64(JSON.stringify(providerSettings(credentials))) },
  };
  const pair: V1Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...metadata, name: tls },
    type: "kubernetes.io/tls",
    data: { "tls.crt": base64(server.certificate), "tls.key": base64(server.key) },
  };
  const checksum = createHash("sha256")
    .update(JSON.stringify([settings.data, pair.data]))
    .digest("hex");
  return [account, settings, pair, service(name, namespace, port), deployment(checksum)];
}

/** What the provider's program reads. It has no secret, only hashes: what it does not know it cannot lose. */
export function providerSettings({ clientSecret, passwords }: Credentials) {
  return {
    issuer,
    client: {
      id: clientId,
      secretSha256: sha256(clientSecret),
      redirectUris: origins.map((origin) => `${origin}/oauth2/callback`),
      postLogoutRedirectUris: origins.map((origin) => `${origin}/`),
    },
    accounts: accounts.map((account) => {
      const password = passwords[account.name];
      if (password === undefined) throw new Error(`Account ${account.name} has no password`);
      return { ...account, secretSha256: sha256(password) };
    }),
  };
}

function deployment(checksum: string): V1Deployment {
  const health = { httpGet: { path: "/health", port, scheme: "HTTPS" } };
  return restrictedDeployment({
    ...{ name, namespace, image: loginImage, uid, ports: [port], checksum },
    // Sessions and signing keys are in memory: two pods would not know each other's.
    overlap: false,
    container: {
      env: [
        { name: "PORT", value: String(port) },
        { name: "SETTINGS_FILE", value: "/etc/login/settings.json" },
        { name: "TLS_DIRECTORY", value: "/etc/login-tls" },
      ],
      resources: { requests: { cpu: "20m", memory: "192Mi" }, limits: { memory: "192Mi" } },
      ...probes(health, health),
      volumeMounts: [
        { name: "settings", mountPath: "/etc/login", readOnly: true },
        { name: "tls", mountPath: "/etc/login-tls", readOnly: true },
      ],
    },
    volumes: [
      { name: "settings", secret: { secretName: name, defaultMode: 0o440 } },
      { name: "tls", secret: { secretName: tls, defaultMode: 0o440 } },
    ],
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
