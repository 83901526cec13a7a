import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dump } from "js-yaml";
import { deployerKubeconfig, kubeconfig, logDir, pkiDir, stateDir } from "../paths.ts";
import { cniConfigDir, containerdConfig } from "./containerd.ts";
import { pair } from "./pki.ts";
import {
  apiServer,
  bridge,
  cgroup,
  configDir,
  containerdSocket,
  dnsAddress,
  domain,
  nodeAddress,
  nodePodRange,
  podRange,
} from "./settings.ts";

/** A configuration file: where it is, and what is in it. */
export interface ConfigFile {
  readonly path: string;
  readonly content: string;
}

const authority = pair("kubernetes-ca");

/** Kubeconfig of a daemon whose certificate has its name. */
export function clientConfig(name: string, path = join(configDir, `${name}.kubeconfig`)): ConfigFile {
  const credentials = pair(name);
  const content = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "order-tracing", cluster: { server: apiServer, "certificate-authority": authority.certificate } },
    ],
    users: [{ name, user: { "client-certificate": credentials.certificate, "client-key": credentials.key } }],
    contexts: [{ name: "order-tracing", context: { cluster: "order-tracing", user: name } }],
    "current-context": "order-tracing",
  };
  return { path, content: dump(content) };
}

export const containerdFile: ConfigFile = { path: join(configDir, "containerd.toml"), content: containerdConfig() };

/**
 * Pods get a route to the cluster's (and the machine's) private 10.* addresses and no default route, and nothing is
 * masqueraded: no pod of a demonstration talks to the world by accident.
 */
export const cniFile: ConfigFile = {
  path: join(cniConfigDir, "10-order-tracing.conflist"),
  content: JSON.stringify({
    cniVersion: "1.0.0",
    name: "order-tracing",
    plugins: [
      {
        type: "bridge",
        bridge,
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        ipam: {
          type: "host-local",
          dataDir: join(stateDir, "cni", "ipam"),
          ranges: [[{ subnet: nodePodRange }]],
          routes: [{ dst: "10.0.0.0/8" }],
        },
      },
    ],
  }),
};

/** For the few pods with `dnsPolicy: Default`: no pod needs a name from outside. */
const resolverFile: ConfigFile = { path: join(configDir, "resolv.conf"), content: "nameserver 127.0.0.1\n" };

export const kubeletFile: ConfigFile = {
  path: join(configDir, "kubelet.yaml"),
  content: dump({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: nodeAddress,
    healthzBindAddress: "127.0.0.1",
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: authority.certificate } },
    authorization: { mode: "Webhook" },
    tlsCertFile: pair("kubelet-server").certificate,
    tlsPrivateKeyFile: pair("kubelet-server").key,
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    clusterDNS: [dnsAddress],
    clusterDomain: domain,
    resolvConf: resolverFile.path,
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    podLogsDir: join(logDir, "pods"),
    volumePluginDir: join(stateDir, "volume-plugins"),
    makeIPTablesUtilChains: false,
    // The disk is shared with everything else on the machine: how full it is says nothing about the cluster.
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      "imagefs.available": "0%",
      "nodefs.available": "0%",
      "nodefs.inodesFree": "0%",
      "memory.available": "0%",
    },
  }),
};

export const proxyFile: ConfigFile = {
  path: join(configDir, "kube-proxy.yaml"),
  content: dump({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clientConnection: { kubeconfig: clientConfig("kube-proxy").path },
    clusterCIDR: podRange,
    healthzBindAddress: "127.0.0.1:10256",
    metricsBindAddress: "127.0.0.1:10249",
    nodePortAddresses: [`${nodeAddress}/32`],
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  }),
};

const clients = ["kube-controller-manager", "kube-scheduler", "kube-proxy", "kube-router", "kubelet"];

/** Writes all configuration files; kubeconfigs are readable by root alone, as the keys that they name are. */
export async function writeConfiguration(): Promise<void> {
  const files = [containerdFile, cniFile, resolverFile, kubeletFile, proxyFile];
  const people = [clientConfig("admin", kubeconfig), clientConfig("deployer", deployerKubeconfig)];
  for (const directory of [configDir, cniConfigDir, pkiDir]) await mkdir(directory, { recursive: true });
  for (const { path, content } of [...files, ...people, ...clients.map((name) => clientConfig(name))]) {
    // kube-proxy ends itself when its file is written, be it with the same content.
    if ((await readFile(path, "utf8").catch(() => undefined)) !== content)
      await writeFile(path, content, { mode: 0o600 });
  }
}
