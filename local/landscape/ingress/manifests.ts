import type {
  KubernetesObject,
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1Deployment,
  V1Service,
} from "@kubernetes/client-node";
import { traefikImage } from "../images.ts";
import { labels, probes, restrictedDeployment, service, serviceAccount } from "../kubernetes/workload.ts";
import { entryPoint, httpPort, name, namespace, pingPort, port } from "./settings.ts";

const uid = 65532;

/** Cluster-wide objects are found by their name alone, and this cluster may be somebody's own. */
export const clusterName = `company-${name}`;

/**
 * Traefik as companies run it: for the whole cluster, reading routes from its own custom resources. Routes stand in the
 * namespace of what they lead to, with their middlewares; across namespaces nothing is followed.
 */
export const traefikArguments: readonly string[] = [
  `--entryPoints.${entryPoint}.address=:${port}`,
  // The load balancer says who the client is, and nobody else is believed. Here it comes through the pod's loopback.
  `--entryPoints.${entryPoint}.proxyProtocol.trustedIPs=127.0.0.1/32`,
  `--entryPoints.web.address=:${httpPort}`,
  // Traefik's own: the one that routes are never served on by default.
  `--entryPoints.traefik.address=:${pingPort}`,
  "--ping=true",
  "--providers.kubernetesCRD=true",
  "--providers.kubernetesCRD.allowCrossNamespace=false",
  "--providers.kubernetesCRD.allowExternalNameServices=false",
  // Nodes are for Services of type NodePort.
  "--providers.kubernetesCRD.disableClusterScopeResources=true",
  "--global.checkNewVersion=false",
  "--global.sendAnonymousUsage=false",
  "--log.format=json",
  // Of HTTP. Connections that an allow-list refuses are errors in the log.
  "--accessLog=true",
  "--accessLog.format=json",
];

/** Objects of the ingress controller, without the custom resources' definitions. */
export function ingressObjects(): KubernetesObject[] {
  const account = serviceAccount(name, namespace);
  const role: V1ClusterRole = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: clusterName, labels: labels(name) },
    rules: [
      // Secrets and ConfigMaps are watched whether routes need them or not: without the right Traefik does not start.
      { apiGroups: [""], resources: ["services", "secrets", "configmaps"], verbs: ["get", "list", "watch"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      { apiGroups: ["traefik.io"], resources: [...watched], verbs: ["get", "list", "watch"] },
    ],
  };
  const binding: V1ClusterRoleBinding = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: clusterName, labels: labels(name) },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterName },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  };
  return [account, role, binding, front(), deployment()];
}

/** Custom resources that Traefik watches: it does not start where one of them is not defined. */
export const watched: readonly string[] = [
  "ingressroutes",
  "ingressroutetcps",
  "ingressrouteudps",
  "middlewares",
  "middlewaretcps",
  "serverstransports",
  "serverstransporttcps",
  "tlsoptions",
  "tlsstores",
  "traefikservices",
];

function front(): V1Service {
  const front = service(name, namespace, port);
  const ports = [
    { name: entryPoint, port, targetPort: port, protocol: "TCP" },
    { name: "web", port: httpPort, targetPort: httpPort, protocol: "TCP" },
  ];
  return { ...front, spec: { ...front.spec, ports } };
}

function deployment(): V1Deployment {
  const ping = { httpGet: { path: "/ping", port: pingPort } };
  return restrictedDeployment({
    ...{ name, namespace, image: traefikImage, uid, ports: [port, httpPort, pingPort], overlap: true },
    // It reads routes from the cluster's API.
    token: true,
    container: {
      args: [...traefikArguments],
      resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "192Mi" } },
      ...probes(ping, ping),
    },
  });
}
