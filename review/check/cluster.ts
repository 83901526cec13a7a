import type { Context } from "../../config/context.ts";
import { ownLabels, stackAnnotation } from "../../lib/names.ts";
import { labelSelector } from "../../lib/pods.ts";
import { note, stop, unread, type Finding, type Subject } from "./finding.ts";
import { judgeIssuer, parsed, publicKeys } from "./issuer.ts";
import type { LiveCluster } from "./live.ts";

/** The first minor version of Kubernetes 1 that runs native sidecars without being told to. */
const sidecarsSince = 29;

/** The cluster: new enough, the one that the settings are about, with the token keys that they name. */
export function judgeCluster(live: LiveCluster, context: Pick<Context, "settings" | "serviceAccountKeys">): Subject {
  return {
    name: "cluster",
    looked: live.version.state === "read" ? `Kubernetes ${live.version.value.gitVersion}` : "Kubernetes",
    findings: [...versionOf(live), ...identityOf(live, context), ...issuerOf(live, context), ...keysOf(live, context)],
  };
}

/** Whether no `up` was in the namespace yet: somebody may have made it, for the rights of whoever deploys. */
export function isFirst({ own }: Pick<LiveCluster, "own">): boolean {
  return own.state === "missing" || (own.state === "read" && !own.value.metadata?.annotations?.[stackAnnotation]);
}

/** The stack's own namespace: not there yet, or this stack's. */
export function judgeNamespace({ own }: Pick<LiveCluster, "own">, name: string, stack: string): Subject {
  const findings = ((): Finding[] => {
    if (own.state === "missing") return [];
    if (own.state === "unread") return [unread(`whether the namespace ${name} exists, and whose it is`, own)];
    const { labels = {}, annotations = {}, deletionTimestamp } = own.value.metadata ?? {};
    if (deletionTimestamp)
      return [
        stop(
          `the namespace ${name} is being deleted: nothing can be made in it`,
          `kubectl wait --for=delete namespace/${name}, then again`,
        ),
      ];
    if (!Object.entries(ownLabels).every(([key, value]) => labels[key] === value)) {
      return [
        stop(
          `the namespace ${name} exists, and does not carry ${labelSelector(ownLabels)}: it is somebody else's. The stack would cut off the pods in it, and destroy would delete them`,
          `kubectl get all --namespace ${name}   # whose is it? Only if nobody needs it: kubectl delete namespace ${name}`,
        ),
      ];
    }
    const other = annotations[stackAnnotation];
    if (other === undefined || other === stack) return [];
    return [
      stop(
        `the namespace ${name} is of the stack ${other}: two stacks in one namespace would undo each other`,
        `cluster: {namespace: ${name}-<a name for this stack>}`,
      ),
    ];
  })();
  return { name: `namespace ${name}`, looked: own.state === "missing" ? "not there yet" : "labels", findings };
}

function versionOf({ version }: LiveCluster): Finding[] {
  if (version.state !== "read") return [unread("the version of Kubernetes", version)];
  const { major, minor, gitVersion } = version.value;
  if (Number(major) > 1 || Number.parseInt(minor) >= sidecarsSince) return [];
  return [
    stop(
      `Kubernetes ${gitVersion} has no native sidecars: every pod with an agent would wait in Init for ever`,
      `a cluster with Kubernetes 1.${sidecarsSince} or newer`,
    ),
  ];
}

function identityOf({ system }: LiveCluster, { settings: { cluster } }: Pick<Context, "settings">): Finding[] {
  if (cluster.id === undefined) return [];
  if (system.state !== "read")
    return [unread("the uid of the namespace kube-system, which cluster.id is about", system)];
  const uid = system.value.metadata?.uid;
  if (uid === cluster.id) return [];
  return [
    stop(`this cluster is ${uid}, and the stack is for ${cluster.id} (cluster.id): the kubeconfig leads elsewhere`),
  ];
}

function issuerOf({ issuer }: LiveCluster, { settings: { cluster } }: Pick<Context, "settings">): Finding[] {
  if (issuer.state !== "read")
    return [unread("the issuer of the cluster's tokens (/.well-known/openid-configuration)", issuer)];
  const { issuer: actual } = parsed<{ issuer?: string }>(issuer.value);
  if (actual === cluster.serviceAccountIssuer) return [];
  return [
    stop(
      `the cluster's tokens say iss=${actual}, and the settings ${cluster.serviceAccountIssuer}: Vault and the gateway would refuse every pod`,
      `cluster: {serviceAccountIssuer: "${actual}"}`,
    ),
  ];
}

function keysOf({ keys, shown }: LiveCluster, context: Pick<Context, "settings" | "serviceAccountKeys">): Finding[] {
  if (shown) return judgeIssuer(shown, keys, context);
  if (keys.state !== "read") return [unread("the keys of the cluster's tokens (/openid/v1/jwks)", keys)];
  const inCluster = publicKeys(keys.value);
  const unknown = inCluster.filter((key) => !context.serviceAccountKeys?.includes(key));
  if (unknown.length === 0) return [];
  const file = context.settings.cluster.serviceAccountKeysFile;
  const fetch = `kubectl get --raw /openid/v1/jwks > ${file}`;
  return unknown.length === inCluster.length
    ? [
        stop(
          `none of the cluster's ${inCluster.length} token keys is in ${file}: it is another cluster, or its keys were changed. Vault and the gateway would refuse every pod`,
          `the right context in cluster.context, or: ${fetch}`,
        ),
      ]
    : [
        note(
          `the cluster has ${unknown.length} token key(s) that ${file} has not: pods will be refused once it signs with them`,
          fetch,
        ),
      ];
}
