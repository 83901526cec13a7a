import { custom, other, type Case, type Keys } from "./case.ts";

const allowed = "10.20.0.0/16";
const pods = { matchLabels: { app: "x" } };

/** A policy that lets pods of one label in and out, with one change in a direction's rule. */
const ruled =
  (of: readonly [string, string], subject: object, rule: (direction: string) => object) =>
  (direction: "ingress" | "egress", defect: string, keys: Keys, value: unknown, says: string): Case =>
    custom(
      `exposure-network-policy-${direction}`,
      `${defect} (${of[1]})`,
      of,
      { ...subject, [direction]: [rule(direction)] },
      [direction, 0, ...keys],
      value,
      says,
    );

const kubernetes = ruled(["networking.k8s.io/v1", "NetworkPolicy"], { podSelector: pods }, (direction) => ({
  [direction === "ingress" ? "from" : "to"]: [{ namespaceSelector: {}, podSelector: pods }],
  ports: [{ port: 8443 }],
}));
const side = (direction: string) => (direction === "ingress" ? "from" : "to");
const ciliumRule = (direction: string) => ({
  [`${side(direction)}Endpoints`]: [pods],
  toPorts: [{ ports: [{ port: "8443", protocol: "TCP" }] }],
});
const cilium = ruled(["cilium.io/v2", "CiliumNetworkPolicy"], { endpointSelector: pods }, ciliumRule);
const clusterwide = ruled(["cilium.io/v2", "CiliumClusterwideNetworkPolicy"], { endpointSelector: pods }, ciliumRule);
const calicoRule = (direction: string) => ({
  action: "Allow",
  protocol: "TCP",
  source: direction === "ingress" ? { selector: "app == 'x'" } : {},
  destination: { ports: [8443], ...(direction === "egress" && { selector: "app == 'x'" }) },
});
const calico = ruled(["projectcalico.org/v3", "NetworkPolicy"], { selector: "app == 'x'" }, calicoRule);
const calicoGlobal = ruled(["crd.projectcalico.org/v1", "GlobalNetworkPolicy"], { selector: "app == 'x'" }, calicoRule);
const admin = ruled(
  ["policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"],
  { priority: 10, subject: { namespaces: pods } },
  (direction) => ({
    action: "Allow",
    [side(direction)]: [{ pods: { namespaceSelector: pods, podSelector: {} } }],
    ports: [{ portNumber: { protocol: "TCP", port: 8443 } }],
  }),
);
const everyCidr = [{ cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] }];

/** Ways in and out by all kinds of network policies. */
export const networks: readonly Case[] = [
  kubernetes("egress", "to all namespaces", ["to"], [{ namespaceSelector: {} }], "to every pod of the cluster"),
  kubernetes("egress", "to all pods of all namespaces", ["to", 0, "podSelector"], {}, "to every pod of the cluster"),
  kubernetes(
    "egress",
    "to all other namespaces",
    ["to"],
    [{ namespaceSelector: { matchExpressions: [{ key: "team", operator: "DoesNotExist" }] } }],
    "to every pod of the cluster",
  ),

  cilium("ingress", "from the world", ["fromEntities"], ["world"], "world: everybody may come in"),
  cilium("ingress", "from all entities", ["fromEntities"], ["all"], "all: everybody may come in"),
  cilium("ingress", "from the cluster", ["fromEntities"], ["cluster"], "every pod of the cluster"),
  cilium("ingress", "from the internet", ["fromCIDR"], ["0.0.0.0/0"], "0.0.0.0/0 is not within"),
  cilium("ingress", "from the internet but for some", ["fromCIDRSet"], everyCidr, "0.0.0.0/0 is not within"),
  cilium("ingress", "from the whole namespace", ["fromEndpoints"], [{}], "every pod of the namespace"),
  cilium(
    "ingress",
    "from all namespaces",
    ["fromEndpoints"],
    [{ matchExpressions: [{ key: "k8s:io.kubernetes.pod.namespace", operator: "Exists" }] }],
    "every pod of the cluster",
  ),
  cilium("ingress", "from everybody", ["fromEndpoints"], undefined, "everybody may come in"),
  cilium("egress", "to the world", ["toEntities"], ["world"], "everywhere"),
  cilium("egress", "to the internet", ["toCIDR"], ["::/0"], "everywhere"),
  cilium("egress", "to every name", ["toFQDNs"], [{ matchPattern: "*" }], "everywhere"),
  cilium("egress", "to all addresses", ["toEndpoints"], undefined, "everywhere"),
  clusterwide("ingress", "from every pod", ["fromEndpoints"], [{}], "every pod of the cluster"),
  clusterwide("egress", "to every pod", ["toEntities"], ["cluster"], "every pod of the cluster"),
  other(
    "exposure-network-policy-ingress",
    "from the world in one of several rules (CiliumNetworkPolicy)",
    "kubernetes:cilium.io/v2:CiliumNetworkPolicy",
    { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", specs: [{ endpointSelector: pods, ingress: [{}] }] },
    ["specs", 0, "ingress", 0],
    { fromEntities: ["world-ipv4"] },
    "everybody may come in",
  ),

  calico("ingress", "from everybody", ["source"], undefined, "everybody may come in"),
  calico("ingress", "from the internet", ["source"], { nets: ["0.0.0.0/0"] }, "0.0.0.0/0 is not within"),
  calico("ingress", "from all but one network", ["source"], { notNets: ["10.0.0.0/8"] }, "everybody may come in"),
  calico("ingress", "from the whole namespace", ["source", "selector"], "all()", "every pod of the namespace"),
  calico("ingress", "from all namespaces", ["source"], { namespaceSelector: "all()" }, "every pod of the cluster"),
  calico("ingress", "from all but one", ["source", "selector"], "app != 'y'", "every pod of the namespace"),
  calico("egress", "to everywhere", ["destination", "selector"], undefined, "everywhere"),
  calicoGlobal("ingress", "from every pod", ["source", "selector"], "all()", "every pod of the cluster"),
  calicoGlobal("egress", "to the internet", ["destination"], { nets: ["0.0.0.0/0"] }, "everywhere"),
  custom(
    "exposure-network-policy-egress",
    "a set of all networks",
    ["projectcalico.org/v3", "GlobalNetworkSet"],
    { nets: [allowed] },
    ["nets", 1],
    "0.0.0.0/0",
    "everywhere",
  ),

  admin("ingress", "from all namespaces", ["from"], [{ namespaces: {} }], "every pod of the cluster"),
  admin("ingress", "from every pod", ["from", 0, "pods", "namespaceSelector"], {}, "every pod of the cluster"),
  admin("egress", "to the internet", ["to"], [{ networks: ["0.0.0.0/0"] }], "everywhere"),
  admin("egress", "to every name", ["to"], [{ domainNames: ["*.com"] }], "everywhere"),
  custom(
    "exposure-network-policy-ingress",
    "from all namespaces (ClusterNetworkPolicy)",
    ["policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"],
    { tier: "Baseline", ingress: [{ action: "Accept", from: [{ namespaces: pods }] }] },
    ["ingress", 0, "from", 0, "namespaces"],
    {},
    "every pod of the cluster",
  ),

  ...(
    [
      ["all ports", []],
      ["a range of ports", [{ port: 9000, endPort: 9999 }]],
    ] as const
  ).map(([defect, ports]) =>
    custom(
      "exposure-behind-proxy",
      `a network reaches ${defect}`,
      ["networking.k8s.io/v1", "NetworkPolicy"],
      { ingress: [{ from: [{ ipBlock: { cidr: "10.8.0.0/16" } }], ports: [{ port: 8443 }] }] },
      ["ingress", 0, "ports"],
      ports,
      "reaches Elasticsearch without the proxy",
    ),
  ),
  custom(
    "exposure-behind-proxy",
    "a network reaches Jaeger's UI (CiliumNetworkPolicy)",
    ["cilium.io/v2", "CiliumNetworkPolicy"],
    { ingress: [{ fromCIDR: ["10.8.0.0/16"], toPorts: [{ ports: [{ port: "8443" }] }] }] },
    ["ingress", 0, "toPorts", 0, "ports", 0, "port"],
    "16686",
    "reaches Jaeger's UI without the proxy",
  ),
];
