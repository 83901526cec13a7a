import type { Container } from "../kubernetes/pod.ts";
import { elasticsearchName, elasticsearchNodesName, ports, serviceHost } from "../../lib/names.ts";

/** From here on a started node counts as such although the cluster has not got over its absence, minutes. */
const longestRecovery = 30;

/** Names of the nodes, as of their pods. */
export function nodeNames(nodes: number): string[] {
  return Array.from({ length: nodes }, (_, index) => `${elasticsearchName}-${index}`);
}

/**
 * Settings of a node that depend on whether it is the only one.
 *
 * @param namespace the stack's.
 */
export function membership(nodes: number, namespace: string) {
  if (nodes === 1) return { "discovery.type": "single-node" };
  return {
    "discovery.seed_hosts": [serviceHost(elasticsearchNodesName, namespace)],
    // The others compare this name with its certificate; they connect to the address that it has for the node itself.
    "network.publish_host": "${HOSTNAME}",
    "transport.port": ports.elasticsearchTransport,
    // For the probe below, which has no password: who is nobody may ask how the cluster is, and nothing else.
    "xpack.security.authc.anonymous.username": "anonymous",
    "xpack.security.authc.anonymous.roles": "health",
  };
}

/** Role of the file realm for {@link membership}. */
export const anonymousRole = { health: { cluster: ["cluster:monitor/health"] } };

/**
 * How a node starts. Node 0 alone is told who begins a new cluster, and needs more than half of all for it. So neither one that
 * lost its disk begins another cluster beside that of the others, nor those that join a cluster that had one node.
 *
 * @param before shell commands, each ended by `&&`. Default: none.
 */
export function startCommand(home: string, nodes: number, before = ""): string[] {
  const program = `${home}/bin/elasticsearch`;
  if (nodes === 1) return before === "" ? [program] : ["/bin/sh", "-c", `${before}exec ${program}`];
  const masters = `-Ecluster.initial_master_nodes=${nodeNames(nodes).join(",")}`;
  return [
    "/bin/sh",
    "-c",
    `${before}case "$HOSTNAME" in ${elasticsearchName}-0) exec ${program} ${masters} ;; *) exec ${program} ;; esac`,
  ];
}

/**
 * When a node has started: the only one, when it has joined its cluster; one of several, when every shard has all its copies
 * again, so that a rollout or a drain goes on to the next node then and not before. It is asked at the start and never again:
 * a cluster that lacks a node must not take the others away from their clients. For the same reason it ends by itself.
 */
export function startupProbe(home: string, nodes: number, namespace: string): NonNullable<Container["startupProbe"]> {
  if (nodes === 1) {
    // The port opens when the node has joined its cluster.
    return { tcpSocket: { port: ports.elasticsearchReadiness }, periodSeconds: 3, failureThreshold: 100 };
  }
  const host = serviceHost(elasticsearchName, namespace);
  const address = `https://${host}:${ports.elasticsearch}/_cluster/health?wait_for_status=green&timeout=3s`;
  const ask = `curl -fsS -o /dev/null --max-time 6 --cacert ${home}/config/ca.crt --resolve ${host}:${ports.elasticsearch}:127.0.0.1 "${address}"`;
  // The file is as old as the pod.
  const waitedLong = `find ${home}/config/elasticsearch.yml -mmin +${longestRecovery} | grep -q .`;
  return {
    exec: { command: ["/bin/sh", "-c", `${ask} || ${waitedLong}`] },
    periodSeconds: 5,
    timeoutSeconds: 8,
    failureThreshold: (longestRecovery * 60 * 2) / 5,
  };
}
