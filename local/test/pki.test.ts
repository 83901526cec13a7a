import { createPublicKey, createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer, type TLSSocket } from "node:tls";
import { ensureAuthority, ensureCertificate, ensureClusterPki, pair } from "../cluster/pki.ts";
import { apiServiceAddress, nodeAddress, nodeName } from "../cluster/settings.ts";
import { pkiDir, serviceAccountKey, serviceAccountPublicKey } from "../paths.ts";

// The real folder may hold a running cluster's.
jest.mock("../paths.ts", () => {
  const pkiDir = mkdtempSync(join(tmpdir(), "order-tracing-pki-"));
  const file = (name: string) => join(pkiDir, name);
  return {
    ...jest.requireActual<object>("../paths.ts"),
    pkiDir,
    serviceAccountKey: file("sa.key"),
    serviceAccountPublicKey: file("sa.pub"),
  };
});

const day = 24 * 60 * 60 * 1000;
const pem = (name: string) => readFileSync(pair(name).certificate, "utf8");
const certificate = (name: string) => new X509Certificate(pem(name));
const serverAuth = "1.3.6.1.5.5.7.3.1";
const clientAuth = "1.3.6.1.5.5.7.3.2";
const authorities = ["kubernetes-ca", "etcd-ca"];

beforeAll(ensureClusterPki, 30_000);
afterAll(() => rmSync(pkiDir, { recursive: true }));
const names = () =>
  readdirSync(pkiDir)
    .filter((file) => file.endsWith(".crt"))
    .map((file) => file.slice(0, -".crt".length));

describe("the cluster's certificates", () => {
  test.each(authorities)("%s is a CA of its own", (name) => {
    const ca = certificate(name);
    expect(ca.ca).toBe(true);
    expect(ca.checkIssued(ca)).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
  });

  test("every other one is no CA, and signed by the one that its users trust", () => {
    for (const name of names().filter((name) => !authorities.includes(name))) {
      const [own, other] = name.startsWith("etcd") ? ["etcd-ca", "kubernetes-ca"] : ["kubernetes-ca", "etcd-ca"];
      const found = certificate(name);
      expect([name, found.ca, found.checkIssued(certificate(own))]).toEqual([name, false, true]);
      expect(found.verify(certificate(own).publicKey)).toBe(true);
      expect(found.verify(certificate(other).publicKey)).toBe(false);
      expect(found.checkPrivateKey(createPrivateKey(readFileSync(pair(name).key)))).toBe(true);
    }
  });

  test("a CA may be below another one", async () => {
    await ensureAuthority("issuing", "Issuing", pair("etcd-ca"));
    const [issuing, root] = [certificate("issuing"), certificate("etcd-ca")];
    expect([issuing.ca, issuing.checkIssued(root), issuing.checkIssued(issuing)]).toEqual([true, true, false]);
    expect(issuing.verify(root.publicKey)).toBe(true);
    for (const file of Object.values(pair("issuing"))) rmSync(file as string);
  });

  test("only those with names may be servers", () => {
    const servers = names().filter((name) => certificate(name).keyUsage?.includes(serverAuth));
    expect(servers.sort()).toEqual(["etcd", "kube-apiserver", "kubelet-server"]);
    expect(certificate("admin").keyUsage).toEqual([clientAuth]);
    expect(certificate("admin").subjectAltName).toBeUndefined();
  });

  test("the API server's has every name and address that it is asked by", () => {
    const found = certificate("kube-apiserver");
    for (const host of ["kubernetes", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"]) {
      expect(found.checkHost(host)).toBe(host);
    }
    for (const address of [nodeAddress, apiServiceAddress, "127.0.0.1"]) expect(found.checkIP(address)).toBe(address);
    expect(found.checkHost("example.com")).toBeUndefined();
    expect(certificate("kubelet-server").checkIP(nodeAddress)).toBe(nodeAddress);
  });

  test("subjects are the users and groups that Kubernetes knows", () => {
    expect(certificate("admin").subject.split("\n").sort()).toEqual(["CN=admin", "O=system:masters"]);
    const kubelet = [`CN=system:node:${nodeName}`, "O=system:nodes"];
    expect(certificate("kubelet").subject.split("\n").sort()).toEqual(kubelet);
    expect(certificate("kube-scheduler").subject).toBe("CN=system:kube-scheduler");
  });

  test("keys are for root's eyes only", () => {
    for (const file of readdirSync(pkiDir)) {
      expect([file, statSync(join(pkiDir, file)).mode & 0o777]).toEqual([file, file.endsWith(".key") ? 0o600 : 0o644]);
    }
  });

  test("the issuer's public key belongs to its private one, and is RSA as OIDC clients expect", () => {
    const derived = createPublicKey(readFileSync(serviceAccountKey));
    expect(derived.asymmetricKeyType).toBe("rsa");
    expect(derived.equals(createPublicKey(readFileSync(serviceAccountPublicKey)))).toBe(true);
  });
});

describe("over TLS", () => {
  /** @returns who the server took the client for; rejects if either does not trust the other. */
  async function meet(client: string, serverName: string): Promise<string> {
    const server = createServer({
      cert: pem("kube-apiserver"),
      key: readFileSync(pair("kube-apiserver").key),
      ca: pem("kubernetes-ca"),
      requestCert: true,
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const accepted = new Promise<string>((resolve, reject) => {
      server.on("tlsClientError", reject);
      server.on("secureConnection", (socket: TLSSocket) => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.on("error", () => undefined).destroy();
      });
    });
    const socket = connect({
      port: (server.address() as AddressInfo).port,
      servername: serverName,
      ca: pem("kubernetes-ca"),
      cert: pem(client),
      key: readFileSync(pair(client).key),
    });
    const connected = once(socket, "secureConnect");
    try {
      // Either side may be the first to break it off.
      const [name] = await Promise.all([accepted, connected]);
      return name;
    } finally {
      socket.on("error", () => undefined).destroy();
      server.close();
    }
  }

  test("client and server of the cluster trust each other", async () => {
    expect(await meet("kubelet-client", "kubernetes.default.svc")).toBe("kube-apiserver-kubelet-client");
  });

  test("a client of etcd is none of the API server", async () => {
    await expect(meet("etcd-client", "kubernetes.default.svc")).rejects.toThrow();
  });

  test("the server is not taken for another one", async () => {
    await expect(meet("admin", "vault.vault.svc")).rejects.toThrow(/altnames|does not match/);
  });
});

describe("done again", () => {
  const request = { commonName: "vault.vault.svc", hosts: ["vault.vault.svc"] };
  afterEach(() => jest.useRealTimers());

  test("what is there and good stays", async () => {
    const before = names().map(pem);
    await ensureClusterPki();
    expect(names().map(pem)).toEqual(before);
  });

  test("a certificate is made anew in the month before its end", async () => {
    const ca = await ensureAuthority("company-ca", "Company");
    const made = async () => (await ensureCertificate("service", ca, request), certificate("service"));
    const first = await made();
    jest.useFakeTimers({ now: Date.parse(first.validTo) - 31 * day, doNotFake: ["nextTick", "setImmediate"] });
    expect((await made()).fingerprint256).toBe(first.fingerprint256);
    jest.setSystemTime(Date.parse(first.validTo) - 29 * day);
    const second = await made();
    expect(second.fingerprint256).not.toBe(first.fingerprint256);
    expect(Date.parse(second.validTo)).toBeGreaterThan(Date.parse(first.validTo));
  });

  test("a certificate of another CA of the same name is made anew", async () => {
    const ca = await ensureAuthority("company-ca", "Company");
    await ensureCertificate("service", ca, request);
    for (const file of [ca.certificate, ca.key]) rmSync(file);
    const other = await ensureAuthority("company-ca", "Company");
    await ensureCertificate("service", other, request);
    expect(certificate("service").verify(certificate("company-ca").publicKey)).toBe(true);
  });

  test("half a pair is an error that says what to do", async () => {
    const ca = await ensureAuthority("half", "Half");
    rmSync(ca.key);
    await expect(ensureAuthority("half", "Half")).rejects.toThrow(/half\.crt is there, but .*half\.key is not: run/);
  });
});
