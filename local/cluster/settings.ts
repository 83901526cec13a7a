import { join } from "node:path";
import { repositoryDir, stateDir } from "../paths.ts";
import { moduleVersion } from "../versions.ts";

/** Name of the one node. */
export const nodeName = "order-tracing";

/** Address of the API server and of the node. It lives on the bridge, so nothing of the cluster listens outside. */
export const nodeAddress = "10.99.0.1";
export const apiServer = `https://${nodeAddress}:6443`;

export const serviceRange = "10.96.0.0/16";
export const podRange = "10.244.0.0/16";
/** What the one node hands out; the bridge has its first address. */
export const nodePodRange = "10.244.0.0/24";
export const bridgeAddress = "10.244.0.1/24";
export const bridge = "ot-cni0";

/** First address of the service range: Service `kubernetes.default`. */
export const apiServiceAddress = "10.96.0.1";
export const dnsAddress = "10.96.0.10";
export const domain = "cluster.local";

/** Issuer of service-account tokens, and the audience of those that ask for none. */
export const issuer = `https://kubernetes.default.svc.${domain}`;

/** Sockets, shims' state, what was there before us: everything that a reboot makes void. */
export const volatileDir = "/run/order-tracing";
export const containerdSocket = join(volatileDir, "containerd.sock");
export const containerdNamespace = "k8s.io";

/** User who deploys the stack. Who may do what is in `local/landscape/deployer.ts`. */
export const deployer = "tracing-pipeline";

export const kubeletDir = join(stateDir, "kubelet");
export const configDir = join(stateDir, "config");

/** Parent of all cgroups of pods: what runs in it is ours, whatever became of the state folder. */
export const cgroup = "order-tracing";

const goModule = (path: string): string => join(repositoryDir, "local", path);
const coreDnsVersion = moduleVersion(goModule("toolchain/go/coredns"), "github.com/coredns/coredns");
const provisionerModule = "github.com/rancher/local-path-provisioner";
const provisionerVersion = moduleVersion(goModule("cluster/go/local-path-provisioner"), provisionerModule);

/** The program is our own, of a few lines; its name is the one that people know. */
export const pauseImage = "registry.k8s.io/pause:3.10.1";
export const coreDnsImage = `registry.k8s.io/coredns/coredns:v${coreDnsVersion}`;
export const provisionerImage = `rancher/local-path-provisioner:v${provisionerVersion}`;
