import { custom, other, type Case, type Keys } from "./case.ts";

const meta = { name: "x", namespace: "tracing" };
const service = (spec: object) => ({ apiVersion: "v1", kind: "Service", metadata: meta, spec });
const serviceType = "kubernetes:core/v1:Service";
const named = (defect: string, host: string, says: string): Case =>
  other(
    "exposure-service-target",
    defect,
    serviceType,
    service({ type: "ExternalName", externalName: "es.company.example" }),
    ["spec", "externalName"],
    host,
    says,
  );

const endpoints = { apiVersion: "v1", kind: "Endpoints", metadata: meta };
const subset = { addresses: [{ ip: "10.20.0.7" }], ports: [{ port: 443 }] };
const slice = {
  ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: meta, addressType: "IPv4" },
  endpoints: [{ addresses: ["10.20.0.7"] }],
  ports: [{ port: 443 }],
};
const written = (policy: string, defect: string, keys: Keys, value: unknown, says: string): Case =>
  other(
    policy,
    `${defect} (Endpoints)`,
    "kubernetes:core/v1:Endpoints",
    { ...endpoints, subsets: [subset] },
    ["subsets", 0, ...keys],
    value,
    says,
  );
const sliced = (policy: string, defect: string, keys: Keys, value: unknown, says: string): Case =>
  other(policy, `${defect} (EndpointSlice)`, "kubernetes:discovery.k8s.io/v1:EndpointSlice", slice, keys, value, says);

const internal = { "networking.gke.io/load-balancer-type": "Internal" };
const loadBalancer = {
  ...service({ type: "LoadBalancer", loadBalancerSourceRanges: ["10.20.0.0/16"], ports: [{ port: 8443 }] }),
  metadata: { ...meta, annotations: internal },
};

const gatewayApi = ["gateway.networking.k8s.io/v1", "Gateway"] as const;
const listener = {
  name: "https",
  hostname: "j.example",
  port: 443,
  protocol: "HTTPS",
  allowedRoutes: { namespaces: { from: "Same" } },
};
const gateway = { gatewayClassName: "internal", listeners: [listener] };
const from = ["listeners", 0, "allowedRoutes", "namespaces"];

const istio = ["networking.istio.io/v1", "Gateway"] as const;
const servers = [{ port: { number: 443, protocol: "HTTPS" }, hosts: ["tracing/j.example"], tls: { mode: "SIMPLE" } }];
const virtualService = {
  hosts: ["j.example"],
  gateways: ["ingress/internal"],
  http: [{ route: [{ destination: { host: "login", port: { number: 8443 } } }] }],
};
const virtual = (policy: string, defect: string, keys: Keys, value: unknown, says: string): Case =>
  custom(
    policy,
    `${defect} (VirtualService)`,
    ["networking.istio.io/v1", "VirtualService"],
    virtualService,
    keys,
    value,
    says,
  );

const route = {
  ...{ apiVersion: "route.openshift.io/v1", kind: "Route" },
  metadata: { ...meta, annotations: { "haproxy.router.openshift.io/ip_allowlist": "10.8.0.0/16 10.20.0.0/16" } },
  spec: { host: "j.example", to: { name: "login" }, port: { targetPort: 8443 }, tls: { termination: "reencrypt" } },
};
const openShift = (policy: string, defect: string, keys: Keys, value: unknown, says: string): Case =>
  other(policy, `${defect} (Route)`, "kubernetes:route.openshift.io/v1:Route", route, keys, value, says);
const proxy = {
  virtualhost: {
    fqdn: "j.example",
    tls: { secretName: "t" },
    ipAllowPolicy: [{ source: "Peer", cidr: "10.8.0.0/16" }],
  },
  ingressClassName: "internal",
  routes: [{ services: [{ name: "login", port: 8443 }] }],
};
const contour = (policy: string, defect: string, keys: Keys, value: unknown, says: string): Case =>
  custom(policy, `${defect} (HTTPProxy)`, ["projectcontour.io/v1", "HTTPProxy"], proxy, keys, value, says);

const deployment = {
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { ...meta, annotations: {} } },
  spec: {
    template: {
      spec: { containers: [{ name: "c", image: "registry.k8s.io/kubectl:v1.34.1", command: ["kubectl", "version"] }] },
    },
  },
};
const container = ["spec", "template", "spec", "containers", 0];
const running = (defect: string, command: string[]): Case =>
  other(
    "exposure-tunnel",
    defect,
    "kubernetes:apps/v1:Deployment",
    deployment,
    [...container, "command"],
    command,
    "tunnel",
  );
const forwarded = {
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "tcp-services", namespace: "ingress" } },
  data: { note: "tracing/login:8443" } as Record<string, string>,
};

/** Ways in beside the usual routes. */
export const doors: readonly Case[] = [
  named("a name out of the company", "otlp.vendor.example.com", "is not within"),
  named("a name that ends like the company's", "evilcompany.example", "is not within"),
  named("a Service of another namespace", "jaeger-query.tracing.svc.cluster.local", "another namespace's"),
  other(
    "exposure-service-target",
    "a patch to a name out of the company",
    "kubernetes:core/v1:ServicePatch",
    service({ type: "ClusterIP" }),
    ["spec"],
    { type: "ExternalName", externalName: "evil.example" },
    "is not within",
  ),
  written("exposure-service-target", "an address outside", ["addresses", 0, "ip"], "203.0.113.7", "is not within"),
  written(
    "exposure-service-target",
    "the cloud's metadata",
    ["addresses", 0, "ip"],
    "169.254.169.254",
    "is not within",
  ),
  sliced(
    "exposure-service-target",
    "an address outside",
    ["endpoints", 0, "addresses"],
    ["203.0.113.7"],
    "is not within",
  ),
  sliced(
    "exposure-service-target",
    "a name outside",
    ["endpoints", 0, "addresses"],
    ["vendor.example"],
    "is not within",
  ),
  written("exposure-behind-proxy", "Vault", ["ports", 0, "port"], 8200, "leads to Vault at 10.20.0.7"),
  sliced("exposure-behind-proxy", "Jaeger's UI", ["ports", 0, "port"], 16686, "leads to Jaeger's UI"),
  other(
    "exposure-behind-proxy",
    "a name for Vault",
    serviceType,
    service({ type: "ExternalName", externalName: "es.company.example", ports: [{ port: 443 }] }),
    ["spec", "ports", 0, "port"],
    8200,
    "opens Vault",
  ),
  other(
    "exposure-behind-proxy",
    "a protected port behind another name",
    serviceType,
    loadBalancer,
    ["spec", "ports", 0],
    { port: 16686, targetPort: "ui" },
    "opens Jaeger's UI",
  ),
  other(
    "exposure-load-balancer",
    "internal by one annotation, public by another",
    serviceType,
    loadBalancer,
    ["metadata", "annotations", "service.beta.kubernetes.io/aws-load-balancer-scheme"],
    "internet-facing",
    "public load balancer",
  ),

  custom(
    "exposure-gateway-routes",
    "routes of all namespaces",
    gatewayApi,
    gateway,
    [...from, "from"],
    "All",
    "write Same",
  ),
  custom(
    "exposure-gateway-routes",
    "routes of any label",
    gatewayApi,
    gateway,
    from,
    { from: "Selector", selector: {} },
    "name a label",
  ),
  custom(
    "exposure-gateway-routes",
    "listeners of all namespaces",
    gatewayApi,
    gateway,
    ["allowedListeners"],
    { namespaces: { from: "All" } },
    "write Same",
  ),
  custom(
    "exposure-gateway-routes",
    "every certificate for others",
    ["gateway.networking.k8s.io/v1beta1", "ReferenceGrant"],
    { from: [{ kind: "Gateway", namespace: "ingress" }], to: [{ kind: "Secret", name: "tls" }] },
    ["to", 0, "name"],
    undefined,
    "name one",
  ),
  custom(
    "exposure-route-tls",
    "a set of listeners by HTTP",
    ["gateway.networking.k8s.io/v1", "ListenerSet"],
    gateway,
    ["listeners", 0, "protocol"],
    "HTTP",
    "write HTTPS",
  ),
  custom(
    "exposure-route-entry",
    "a Gateway of no class",
    gatewayApi,
    gateway,
    ["gatewayClassName"],
    undefined,
    "served everywhere",
  ),
  custom(
    "exposure-route-tls",
    "HTTP (Istio)",
    istio,
    { servers },
    ["servers", 0, "port", "protocol"],
    "HTTP",
    "write HTTPS",
  ),
  custom(
    "exposure-route-host",
    "all hosts (Istio)",
    istio,
    { servers },
    ["servers", 0, "hosts"],
    ["*"],
    "name the host",
  ),
  virtual("exposure-route-host", "all hosts", ["hosts"], ["*"], "name the host"),
  virtual("exposure-route-allow-list", "another gateway", ["gateways"], ["istio-system/public"], "istio-system/public"),
  virtual(
    "exposure-behind-proxy",
    "Jaeger's UI",
    ["http", 0, "route", 0, "destination", "port", "number"],
    16686,
    "name the proxy's port",
  ),

  openShift("exposure-route-tls", "no TLS", ["spec", "tls"], undefined, "list each host"),
  openShift("exposure-route-tls", "unencrypted to the pod", ["spec", "tls", "termination"], "edge", "list each host"),
  openShift(
    "exposure-route-tls",
    "HTTP as well",
    ["spec", "tls", "insecureEdgeTerminationPolicy"],
    "Allow",
    "list each host",
  ),
  openShift("exposure-route-host", "all hosts below", ["spec", "wildcardPolicy"], "Subdomain", "name the host"),
  openShift("exposure-route-allow-list", "for everybody", ["metadata", "annotations"], {}, "no allow-list"),
  openShift("exposure-behind-proxy", "Jaeger's UI", ["spec", "port", "targetPort"], 16686, "name the proxy's port"),
  contour("exposure-route-tls", "no TLS", ["virtualhost", "tls"], undefined, "list each host"),
  contour(
    "exposure-route-allow-list",
    "for the internet",
    ["virtualhost", "ipAllowPolicy", 0, "cidr"],
    "0.0.0.0/0",
    "is not within",
  ),
  contour(
    "exposure-behind-proxy",
    "Elasticsearch",
    ["routes", 0, "services", 0, "port"],
    9200,
    "name the proxy's port",
  ),

  other(
    "exposure-route-allow-list",
    "internet-facing with an allow-list",
    "kubernetes:networking.k8s.io/v1:Ingress",
    {
      ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
      metadata: { ...meta, annotations: { "alb.ingress.kubernetes.io/inbound-cidrs": "10.8.0.0/16" } },
    },
    ["metadata", "annotations", "alb.ingress.kubernetes.io/scheme"],
    "internet-facing",
    "can let in",
  ),
  custom(
    "exposure-route-allow-list",
    "an allow-list of what a header says",
    ["traefik.io/v1alpha1", "Middleware"],
    { ipAllowList: { sourceRange: ["10.8.0.0/16"] } },
    ["ipAllowList", "ipStrategy"],
    { depth: 1 },
    "that a header says",
  ),
  custom(
    "exposure-behind-proxy",
    "Traefik's own pages",
    ["traefik.io/v1alpha1", "IngressRoute"],
    { routes: [{ match: "Host(`t.example`)", services: [{ name: "login", port: 8443 }] }] },
    ["routes", 0, "services", 0],
    { name: "api@internal", kind: "TraefikService" },
    "own pages",
  ),

  running("a port of the cluster for all", ["kubectl", "port-forward", "svc/jaeger", "--address", "0.0.0.0", "16686"]),
  running("socat", ["sh", "-c", "socat TCP-LISTEN:8080,fork TCP:jaeger:16686"]),
  running("ssh back", ["sh", "-c", "ssh -N -R 8080:jaeger:16686 host.example"]),
  running("cloudflared", ["sh", "-c", "cloudflared --no-autoupdate tunnel run"]),
  other(
    "exposure-tunnel",
    "an image of a tunnel",
    "kubernetes:apps/v1:Deployment",
    deployment,
    [...container, "image"],
    "cloudflare/cloudflared:2026.1.0",
    "tunnel",
  ),
  other(
    "exposure-tunnel",
    "Tailscale's funnel",
    "kubernetes:apps/v1:Deployment",
    deployment,
    ["metadata", "annotations", "tailscale.com/funnel"],
    "true",
    "past the ingress",
  ),
  other(
    "exposure-tunnel",
    "a port of the ingress",
    "kubernetes:core/v1:ConfigMap",
    forwarded,
    ["data", "9200"],
    "tracing/elasticsearch:9200",
    "by TCP for everybody",
  ),
  other(
    "exposure-tunnel",
    "routes to names outside",
    "kubernetes:apps/v1:Deployment",
    deployment,
    [...container, "args"],
    ["--providers.kubernetescrd.allowExternalNameServices=true"],
    "other namespaces and hosts",
  ),
];
