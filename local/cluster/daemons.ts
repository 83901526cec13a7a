import { request } from "node:https";
import { join } from "node:path";
import { execa } from "execa";
import { kubeconfig, serviceAccountKey, serviceAccountPublicKey, stateDir } from "../paths.ts";
import { binary } from "../toolchain/index.ts";
import { clientConfig, cniFile, containerdFile, kubeletFile, proxyFile } from "./configuration.ts";
import { ctr } from "./containerd.ts";
import { pair } from "./pki.ts";
import type { Daemon } from "./process.ts";
import { issuer, kubeletDir, nodeAddress, nodeName, podRange, serviceRange } from "./settings.ts";

/** Names of the cluster's daemons in the order in which they start. */
export const daemonNames = [
  "etcd",
  "kube-apiserver",
  "containerd",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  // Both ask for the node object first.
  "kube-proxy",
  "kube-router",
] as const;

export type DaemonName = (typeof daemonNames)[number];

const etcdAddress = "https://127.0.0.1:2379";
const ca = pair("kubernetes-ca");
const etcdCa = pair("etcd-ca");

/** The daemon called `name`, with the binary of the toolchain (which must be there) or of the Debian package. */
export function daemon(name: DaemonName): Daemon {
  return { name, command: name === "containerd" ? "/usr/bin/containerd" : binary(name), ...plans[name]() };
}

const plans: Readonly<Record<DaemonName, () => Omit<Daemon, "name" | "command">>> = {
  etcd: () => ({
    args: flags({
      name: nodeName,
      "data-dir": join(stateDir, "etcd"),
      "listen-client-urls": etcdAddress,
      "advertise-client-urls": etcdAddress,
      "listen-peer-urls": "https://127.0.0.1:2380",
      "initial-advertise-peer-urls": "https://127.0.0.1:2380",
      "initial-cluster": `${nodeName}=https://127.0.0.1:2380`,
      "listen-metrics-urls": "http://127.0.0.1:2381",
      ...etcdTls(""),
      ...etcdTls("peer-"),
      "client-cert-auth": true,
      "peer-client-cert-auth": true,
      "log-level": "warn",
      // A power cut may cost the demonstration's last seconds; every write would cost a disk flush.
      "unsafe-no-fsync": true,
    }),
    ready: () => answers("http://127.0.0.1:2381/readyz"),
  }),
  "kube-apiserver": () => ({
    args: flags({
      "bind-address": nodeAddress,
      "advertise-address": nodeAddress,
      "secure-port": 6443,
      "service-cluster-ip-range": serviceRange,
      "etcd-servers": etcdAddress,
      "etcd-cafile": etcdCa.certificate,
      "etcd-certfile": pair("etcd-client").certificate,
      "etcd-keyfile": pair("etcd-client").key,
      "tls-cert-file": pair("kube-apiserver").certificate,
      "tls-private-key-file": pair("kube-apiserver").key,
      "client-ca-file": ca.certificate,
      "kubelet-client-certificate": pair("kubelet-client").certificate,
      "kubelet-client-key": pair("kubelet-client").key,
      "kubelet-certificate-authority": ca.certificate,
      "kubelet-preferred-address-types": "InternalIP",
      "authorization-mode": "Node,RBAC",
      "enable-admission-plugins": "NodeRestriction",
      "allow-privileged": true,
      "service-account-issuer": issuer,
      "service-account-jwks-uri": `${issuer}/openid/v1/jwks`,
      "api-audiences": issuer,
      "service-account-key-file": serviceAccountPublicKey,
      "service-account-signing-key-file": serviceAccountKey,
      profiling: false,
    }),
    ready: () => execa(binary("kubectl"), ["--kubeconfig", kubeconfig, "get", "--raw", "/readyz"]),
    patience: 120,
  }),
  containerd: () => ({
    args: flags({ config: containerdFile.path, "log-level": "warn" }),
    configuration: [containerdFile.content],
    ready: () => ctr("version"),
  }),
  "kube-controller-manager": () => ({
    args: flags({
      kubeconfig: clientConfig("kube-controller-manager").path,
      "bind-address": "127.0.0.1",
      "leader-elect": false,
      "use-service-account-credentials": true,
      "root-ca-file": ca.certificate,
      "service-account-private-key-file": serviceAccountKey,
      "cluster-signing-cert-file": ca.certificate,
      "cluster-signing-key-file": ca.key,
      "allocate-node-cidrs": true,
      "cluster-cidr": podRange,
      "service-cluster-ip-range": serviceRange,
      "flex-volume-plugin-dir": join(stateDir, "volume-plugins"), // else it makes one in /usr/libexec
    }),
    ready: () => answers("https://127.0.0.1:10257/healthz"),
  }),
  "kube-scheduler": () => ({
    args: flags({
      kubeconfig: clientConfig("kube-scheduler").path,
      "bind-address": "127.0.0.1",
      "leader-elect": false,
    }),
    ready: () => answers("https://127.0.0.1:10259/healthz"),
  }),
  "kube-proxy": () => ({
    args: flags({ config: proxyFile.path, "hostname-override": nodeName }),
    configuration: [proxyFile.content],
    ready: () => answers("http://127.0.0.1:10256/healthz"),
  }),
  "kube-router": () => ({
    args: flags({
      kubeconfig: clientConfig("kube-router").path,
      "hostname-override": nodeName,
      "service-cluster-ip-range": serviceRange,
      "run-firewall": true,
      "run-router": false,
      "run-service-proxy": false,
      "run-loadbalancer": false,
    }),
    ready: () => answers("http://127.0.0.1:20244/healthz"),
  }),
  kubelet: () => ({
    args: flags({
      config: kubeletFile.path,
      kubeconfig: clientConfig("kubelet").path,
      "root-dir": kubeletDir,
      "cert-dir": join(kubeletDir, "pki"),
      "hostname-override": nodeName,
      "node-ip": nodeAddress,
    }),
    configuration: [kubeletFile.content, cniFile.content],
    ready: () => answers("http://127.0.0.1:10248/healthz"),
  }),
};

function etcdTls(prefix: "" | "peer-"): Record<string, string> {
  const files = pair("etcd");
  return {
    [`${prefix}cert-file`]: files.certificate,
    [`${prefix}key-file`]: files.key,
    [`${prefix}trusted-ca-file`]: etcdCa.certificate,
  };
}

function flags(values: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

/** Resolves if a health address of this machine answers 200. The daemons sign their own certificates for these ports. */
async function answers(url: string): Promise<void> {
  if (url.startsWith("http:")) {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const sent = request(url, { rejectUnauthorized: false, timeout: 5000 }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`${url} answers ${response.statusCode}`));
    });
    sent.once("timeout", () => sent.destroy(new Error(`${url} does not answer`))).once("error", reject);
    sent.end();
  });
}
