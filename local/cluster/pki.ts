import "reflect-metadata";
import { createPublicKey, generateKeyPairSync, webcrypto } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import * as x509 from "@peculiar/x509";
import { pkiDir, serviceAccountKey, serviceAccountPublicKey } from "../paths.ts";
import { apiServiceAddress, deployer, domain, nodeAddress, nodeName } from "./settings.ts";

const day = 24 * 60 * 60 * 1000;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Paths of a certificate and its key, both PEM. */
export interface KeyPairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate is for. */
export interface CertificateRequest {
  readonly commonName: string;
  /** Kubernetes reads groups from here. Default: none. */
  readonly organization?: string;
  /** DNS names and IP addresses; a certificate with some may be used by a server. Default: none. */
  readonly hosts?: readonly string[];
}

/**
 * Files of the pair called `name`.
 *
 * @param name below the folder of the local environment, or the absolute path of another place, without its ending.
 */
export function pair(name: string): KeyPairFiles {
  return { certificate: resolve(pkiDir, `${name}.crt`), key: resolve(pkiDir, `${name}.key`) };
}

/**
 * Makes a CA called `name`, unless it is there.
 *
 * @param above the CA that signs it. Default: it signs itself, and is a root.
 * @throws if one of its two files is there without the other, or cannot be read
 */
export async function ensureAuthority(name: string, commonName: string, above?: KeyPairFiles): Promise<KeyPairFiles> {
  const files = pair(name);
  if (isComplete(files)) return files;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const issuer = above && new x509.X509Certificate(await readFile(above.certificate, "utf8"));
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [commonName] }],
    issuer: issuer?.subjectName ?? [{ CN: [commonName] }],
    signingKey: above ? await readKey(above.key) : keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: algorithm,
    ...validity(3650),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(issuer ? [await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey)] : []),
    ],
  });
  await save(files, certificate, keys.privateKey);
  return files;
}

/** Makes a certificate called `name`, signed by `authority`, unless it is there and signed by it. */
export async function ensureCertificate(
  name: string,
  authority: KeyPairFiles,
  request: CertificateRequest,
): Promise<KeyPairFiles> {
  const files = pair(name);
  const issuer = new x509.X509Certificate(await readFile(authority.certificate, "utf8"));
  if (isComplete(files)) {
    const present = new x509.X509Certificate(await readFile(files.certificate, "utf8"));
    if (present.notAfter.getTime() - Date.now() > 30 * day && (await present.verify({ publicKey: issuer.publicKey }))) {
      return files;
    }
  }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const hosts = request.hosts ?? [];
  const usages = [x509.ExtendedKeyUsage.clientAuth, ...(hosts.length > 0 ? [x509.ExtendedKeyUsage.serverAuth] : [])];
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [request.commonName] }, ...(request.organization ? [{ O: [request.organization] }] : [])],
    issuer: issuer.subjectName,
    signingKey: await readKey(authority.key),
    publicKey: keys.publicKey,
    signingAlgorithm: algorithm,
    ...validity(365),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(hosts.length > 0 ? [new x509.SubjectAlternativeNameExtension(hosts.map(alternativeName))] : []),
    ],
  });
  await save(files, certificate, keys.privateKey);
  return files;
}

/** Certificates of the cluster: those that are there and good stay. */
export async function ensureClusterPki(): Promise<void> {
  await mkdir(pkiDir, { recursive: true, mode: 0o755 });
  const ca = await ensureAuthority("kubernetes-ca", "order-tracing local cluster");
  const etcdCa = await ensureAuthority("etcd-ca", "order-tracing local etcd");
  await ensureCertificate("etcd", etcdCa, { commonName: "etcd", hosts: ["127.0.0.1", "localhost"] });
  await ensureCertificate("etcd-client", etcdCa, { commonName: "kube-apiserver" });
  const service = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", `kubernetes.default.svc.${domain}`];
  await ensureCertificate("kube-apiserver", ca, {
    commonName: "kube-apiserver",
    hosts: [nodeAddress, apiServiceAddress, "127.0.0.1", "localhost", ...service],
  });
  await ensureCertificate("kubelet-server", ca, { commonName: nodeName, hosts: [nodeName, nodeAddress] });
  const clients: Record<string, CertificateRequest> = {
    admin: { commonName: "admin", organization: "system:masters" },
    deployer: { commonName: deployer },
    "kubelet-client": { commonName: "kube-apiserver-kubelet-client", organization: "system:masters" },
    "kube-controller-manager": { commonName: "system:kube-controller-manager" },
    "kube-scheduler": { commonName: "system:kube-scheduler" },
    "kube-proxy": { commonName: "system:kube-proxy" },
    "kube-router": { commonName: "kube-router" },
    kubelet: { commonName: `system:node:${nodeName}`, organization: "system:nodes" },
  };
  for (const [name, request] of Object.entries(clients)) await ensureCertificate(name, ca, request);
  await ensureServiceAccountKeys();
}

/** RSA, because that is what every OIDC client of a token issuer understands. */
async function ensureServiceAccountKeys(): Promise<void> {
  if (!existsSync(serviceAccountKey)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    await writeFile(serviceAccountKey, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  }
  if (existsSync(serviceAccountPublicKey)) return;
  const publicKey = createPublicKey(await readFile(serviceAccountKey, "utf8")).export({ type: "spki", format: "pem" });
  await writeFile(serviceAccountPublicKey, publicKey, { mode: 0o644 });
}

function isComplete(files: KeyPairFiles): boolean {
  const [certificate, key] = [existsSync(files.certificate), existsSync(files.key)];
  if (certificate !== key) {
    const [there, missing] = certificate ? [files.certificate, files.key] : [files.key, files.certificate];
    throw new Error(`${there} is there, but ${missing} is not: run "npm run local:reset", then "npm run local"`);
  }
  return certificate;
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
  // An hour back: clocks of containers and hosts in a virtual machine may differ a little after a pause.
  return { notBefore: new Date(Date.now() - 60 * 60 * 1000), notAfter: new Date(Date.now() + days * day) };
}

function alternativeName(host: string): x509.JsonGeneralName {
  return { type: /^[\d.]+$/.test(host) ? "ip" : "dns", value: host };
}

async function readKey(file: string): Promise<webcrypto.CryptoKey> {
  const der = x509.PemConverter.decodeFirst(await readFile(file, "utf8"));
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}

async function save(files: KeyPairFiles, certificate: x509.X509Certificate, key: webcrypto.CryptoKey): Promise<void> {
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", key);
  await writeFile(files.key, `${x509.PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`, { mode: 0o600 });
  await writeFile(files.certificate, `${certificate.toString("pem")}\n`, { mode: 0o644 });
}
