import { spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dump } from "js-yaml";
import { freePort } from "../checks/collector/process.ts";
import { ensureAuthority, ensureCertificate, type KeyPairFiles } from "./pki.ts";
import { issuer, serviceRange } from "./settings.ts";
import { binary, type BinaryName } from "../toolchain/index.ts";
import { untilItWorks } from "../wait.ts";

/** An API server with its etcd, on the loopback, beside whatever cluster is there: it answers as a cluster does. */
export interface ControlPlane extends AsyncDisposable {
  /** Of its administrator. */
  readonly kubeconfig: string;
  /** Makes a kubeconfig for somebody who has no right yet. @returns its path. */
  kubeconfigOf(user: string): Promise<string>;
  /** Certificate of its CA. */
  readonly ca: string;
  /** The public key of its tokens, PEM. */
  readonly serviceAccountKey: string;
}

/** What a control plane has beside that. */
export interface ControlPlaneOptions {
  /**
   * Controllers that run. No kubelet does: pods are made, and nobody starts them. Default: none, and nothing would make pods.
   */
  readonly controllers?: readonly string[];
  /** Each request is written there, one JSON document a line, as `audit.k8s.io/v1` has it. Default: nowhere. */
  readonly auditLog?: string;
}

const patienceMs = 120_000;
/** Its processes, and who they are to each other. */
const host = "127.0.0.1";

/**
 * Starts a control plane of its own, beside whatever cluster is there.
 *
 * @param folder for all that it keeps; the caller removes it.
 */
export async function startControlPlane(
  folder: string,
  signal: AbortSignal,
  { controllers = [], auditLog }: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  await mkdir(folder, { recursive: true });
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const ca = await ensureAuthority(join(folder, "ca"), "Authority of a private control plane");
  const server = await ensureCertificate(join(folder, "server"), ca, { commonName: "server", hosts: [host] });
  const admin = await ensureCertificate(join(folder, "admin"), ca, {
    ...{ commonName: "admin", organization: "system:masters" },
  });
  const tokens = await tokenKeys(folder);
  const etcd = `https://${host}:${client}`;
  const running: Running[] = [];
  const stop = async () => {
    for (const one of running.reverse()) await one.stop();
  };
  try {
    running.push(
      start("etcd", folder, {
        "data-dir": join(folder, "etcd"),
        "listen-client-urls": etcd,
        "advertise-client-urls": etcd,
        "listen-peer-urls": `https://${host}:${peer}`,
        "initial-advertise-peer-urls": `https://${host}:${peer}`,
        "initial-cluster": `default=https://${host}:${peer}`,
        ...{ "cert-file": server.certificate, "key-file": server.key, "trusted-ca-file": ca.certificate },
        ...{ "peer-cert-file": server.certificate, "peer-key-file": server.key },
        ...{ "peer-trusted-ca-file": ca.certificate, "client-cert-auth": true, "peer-client-cert-auth": true },
        ...{ "log-level": "warn", "unsafe-no-fsync": true },
      }),
      start("kube-apiserver", folder, {
        ...{ "bind-address": host, "secure-port": secure, "cert-dir": join(folder, "apiserver") },
        // Nobody looks for it under the Service `kubernetes`, and the loopback could not stand there.
        "endpoint-reconciler-type": "none",
        "service-cluster-ip-range": serviceRange,
        ...{ "etcd-servers": etcd, "etcd-cafile": ca.certificate },
        ...{ "etcd-certfile": admin.certificate, "etcd-keyfile": admin.key },
        ...{ "tls-cert-file": server.certificate, "tls-private-key-file": server.key },
        ...{ "client-ca-file": ca.certificate, "authorization-mode": "RBAC" },
        ...{ "service-account-issuer": issuer, "api-audiences": issuer },
        ...{ "service-account-key-file": tokens.publicKey, "service-account-signing-key-file": tokens.privateKey },
        ...(auditLog !== undefined && (await auditFlags(folder, auditLog))),
      }),
    );
    const address = `https://${host}:${secure}`;
    const kubeconfig = await writeKubeconfig(folder, address, ca, admin);
    await untilItWorks(
      async () => {
        for (const one of running) one.mustRun();
        await execa(binary("kubectl"), ["--kubeconfig", kubeconfig, "get", "--raw", "/readyz"], {
          cancelSignal: signal,
        });
      },
      { limit: patienceMs, every: 250, signal, passing: () => running.every((one) => one.runs()) },
    );
    if (controllers.length > 0) {
      running.push(
        start("kube-controller-manager", folder, {
          ...{ kubeconfig, controllers: controllers.join(","), "leader-elect": false },
          ...{ "bind-address": host, "secure-port": await freePort(), "cert-dir": join(folder, "controllers") },
          "service-account-private-key-file": tokens.privateKey,
        }),
      );
    }
    return {
      ...{ kubeconfig, ca: ca.certificate, serviceAccountKey: tokens.publicKey, [Symbol.asyncDispose]: stop },
      kubeconfigOf: async (user) =>
        writeKubeconfig(folder, address, ca, await ensureCertificate(join(folder, user), ca, { commonName: user })),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function writeKubeconfig(folder: string, server: string, ca: KeyPairFiles, user: KeyPairFiles): Promise<string> {
  const file = user.certificate.replace(/[.]crt$/, ".kubeconfig");
  const content = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "private" },
    clusters: [{ name: "private", cluster: { server, "certificate-authority": ca.certificate } }],
    users: [{ name: "user", user: { "client-certificate": user.certificate, "client-key": user.key } }],
    contexts: [{ name: "private", context: { cluster: "private", user: "user" } }],
  };
  await writeFile(file, dump(content), { mode: 0o600 });
  return file;
}

/** Who asked for what, and what the answer was; no content. */
async function auditFlags(folder: string, log: string): Promise<Record<string, string>> {
  const policy = join(folder, "audit-policy.yaml");
  const rules = [{ level: "Metadata", omitStages: ["RequestReceived"] }];
  await writeFile(policy, dump({ apiVersion: "audit.k8s.io/v1", kind: "Policy", rules }));
  return { "audit-policy-file": policy, "audit-log-path": log, "audit-log-mode": "blocking" };
}

interface Running {
  runs(): boolean;
  /** @throws Error with where its log is, if it has ended. */
  mustRun(): void;
  stop(): Promise<void>;
}

function start(
  name: Extract<BinaryName, "etcd" | "kube-apiserver" | "kube-controller-manager">,
  folder: string,
  flags: Readonly<Record<string, string | number | boolean>>,
): Running {
  const log = join(folder, `${name}.log`);
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  // Ctrl-C of a terminal reaches this command alone, which ends both in their order.
  const child: ChildProcess = spawn(binary(name), args, {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  child.stderr!.pipe(createWriteStream(log));
  const ended = once(child, "exit");
  const runs = () => child.exitCode === null && child.signalCode === null;
  return {
    runs,
    mustRun() {
      if (!runs()) throw new Error(`${name} has ended by itself (${child.exitCode ?? child.signalCode}).`);
    },
    async stop() {
      // Nothing of it is kept.
      if (runs()) child.kill("SIGKILL");
      await ended;
    },
  };
}

async function tokenKeys(folder: string): Promise<{ publicKey: string; privateKey: string }> {
  const files = { publicKey: join(folder, "tokens.pub"), privateKey: join(folder, "tokens.key") };
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFile(files.privateKey, keys.privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  await writeFile(files.publicKey, keys.publicKey.export({ type: "spki", format: "pem" }));
  return files;
}
