import type { KubernetesObject } from "@kubernetes/client-node";
import type { Case } from "./case.ts";

const configMap = (data: Record<string, string>) => (namespace: string) => [
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "options", namespace }, data } as KubernetesObject,
];
const fromConfigMap = { envFrom: [{ configMapRef: { name: "options" } }] };
const object = (apiVersion: string, kind: string, spec: object) => (namespace: string) => [
  { apiVersion, kind, metadata: { name: "company", namespace }, spec } as KubernetesObject,
];
const heap = "-Xmx96m -Dcompany.marker=here";
const agent = "-javaagent:/otel-instrumentation/javaagent.jar";
const hook = "--require /otel-instrumentation/autoinstrumentation.js";

/** Kinds of Deployment that companies have, and what the check has to say of each. */
export const cases: readonly Case[] = [
  {
    id: "0-node",
    title: "as most are, Node.js",
    runtime: "nodejs",
    spec: { replicas: 1 },
    log: new RegExp(`NODE_OPTIONS=${hook}`),
  },
  {
    id: "1-java",
    title: "JVM options by envFrom",
    container: fromConfigMap,
    beside: configMap({ JAVA_TOOL_OPTIONS: heap }),
    stops: /gets JAVA_TOOL_OPTIONS by envFrom from the ConfigMap options/,
    wayOut: { settings: { variables: { JAVA_TOOL_OPTIONS: "append" } } },
    log: new RegExp(`Picked up JAVA_TOOL_OPTIONS: ${heap} ${agent}`),
  },
  {
    id: "1-node",
    title: "Node.js options by envFrom",
    runtime: "nodejs",
    container: fromConfigMap,
    beside: configMap({ NODE_OPTIONS: "--max-old-space-size=96" }),
    stops: /gets NODE_OPTIONS by envFrom from the ConfigMap options/,
    wayOut: { settings: { variables: { NODE_OPTIONS: "append" } } },
    log: new RegExp(`NODE_OPTIONS=--max-old-space-size=96 ${hook}`),
  },
  {
    id: "2",
    title: "JVM options by valueFrom",
    container: {
      env: [{ name: "JAVA_TOOL_OPTIONS", valueFrom: { configMapKeyRef: { name: "options", key: "java" } } }],
    },
    beside: configMap({ java: heap }),
    stops: /has JAVA_TOOL_OPTIONS by valueFrom \(ConfigMap options, key java\), managed by company/,
    wayOut: { settings: { variables: { JAVA_TOOL_OPTIONS: "keep" } } },
    log: new RegExp(`Picked up JDK_JAVA_OPTIONS: ${agent}[^]*Picked up JAVA_TOOL_OPTIONS: ${heap}\n`),
  },
  {
    id: "3-append",
    title: "append to an entry of the owner's own",
    runtime: "nodejs",
    container: { env: [{ name: "NODE_OPTIONS", value: "--max-old-space-size=96" }] },
    settings: { variables: { NODE_OPTIONS: "append" } },
    stops: /has NODE_OPTIONS="--max-old-space-size=96", managed by company/,
  },
  {
    id: "3-node",
    title: "NODE_OPTIONS of the owner's own",
    runtime: "nodejs",
    container: { env: [{ name: "NODE_OPTIONS", value: "--max-old-space-size=96" }] },
    stops: /has NODE_OPTIONS="--max-old-space-size=96", managed by company/,
    wayOut: { settings: { variables: { NODE_OPTIONS: "replace" } } },
    log: new RegExp(`NODE_OPTIONS=${hook}`),
  },
  {
    id: "3-name",
    title: "OTEL_SERVICE_NAME of the owner's own",
    runtime: "nodejs",
    container: { env: [{ name: "OTEL_SERVICE_NAME", value: "shop-backend" }] },
    stops: /has OTEL_SERVICE_NAME="shop-backend", managed by company/,
    wayOut: { settings: { variables: { OTEL_SERVICE_NAME: "keep" } } },
    log: /OTEL_SERVICE_NAME=shop-backend/,
  },
  {
    id: "4-name",
    title: "another name of the Deployment",
    runtime: "nodejs",
    settings: { deployment: "elsewhere" },
    stops: /there is no Deployment elsewhere in the namespace field-4-name; the namespace has Deployment field-4-name/,
  },
  {
    id: "4-container",
    title: "another name of the container",
    runtime: "nodejs",
    settings: { container: "app" },
    stops: /has the containers field-4-container; none is called app/,
  },
  {
    id: "4-stateful",
    title: "a StatefulSet",
    runtime: "nodejs",
    kind: "StatefulSet",
    stops: /there is no Deployment field-4-stateful/,
  },
  {
    id: "5-quota",
    title: "a quota on CPU limits",
    runtime: "nodejs",
    container: { resources: { requests: { cpu: "5m", memory: "192Mi" }, limits: { cpu: "500m", memory: "192Mi" } } },
    beside: object("v1", "ResourceQuota", { hard: { "limits.cpu": "4" } }),
    stops: /quota company demands a CPU limit/,
    wayOut: { settings: { cpuLimit: "100m" } },
  },
  {
    id: "5-range",
    title: "a LimitRange with a minimum",
    runtime: "nodejs",
    beside: object("v1", "LimitRange", { limits: [{ type: "Container", min: { memory: "160Mi" } }] }),
    stops: /LimitRange wants 160Mi of memory at least/,
    wayOut: { sizes: { agent: { memoryMib: 160 }, instrumentation: { memoryMib: 160 } } },
  },
  {
    id: "10",
    title: "Java, and nothing that can be written",
    container: { volumeMounts: [] },
    pod: { volumes: [] },
    log: new RegExp(`Picked up JAVA_TOOL_OPTIONS: ${agent}[^]*opentelemetry-javaagent`),
  },
  {
    id: "12-host",
    title: "the host's network",
    runtime: "nodejs",
    pod: { hostNetwork: true },
    stops: /on the host's network/,
  },
  {
    id: "12-port",
    title: "a collector of its own in the pod",
    runtime: "nodejs",
    container: { ports: [{ containerPort: 4318 }] },
    stops: /listens on 4317 or 4318/,
  },
  {
    id: "broken",
    title: "options with which the virtual machine ends",
    spec: { replicas: 1 },
    settings: { variables: { JAVA_TOOL_OPTIONS: "append" } },
    stops: /is append, and container field-broken gets no JAVA_TOOL_OPTIONS by envFrom/,
    breaks: /container field-broken ended \d+ times, last with exit code 1/,
  },
  {
    id: "15",
    title: "Recreate",
    runtime: "nodejs",
    spec: { replicas: 1, strategy: { type: "Recreate" } },
  },
  {
    id: "24",
    title: "nobody may connect to the outside",
    runtime: "nodejs",
    beside: object("networking.k8s.io/v1", "NetworkPolicy", { podSelector: {}, policyTypes: ["Egress"], egress: [] }),
    stops: /no policy of the namespace lets the pods reach the gateway \(company\)/,
  },
  {
    id: "paused",
    title: "a paused rollout",
    runtime: "nodejs",
    spec: { paused: true },
    stops: /its rollout is paused/,
  },
  {
    id: "volume",
    title: "a volume of our name",
    runtime: "nodejs",
    pod: {
      volumes: [
        { name: "otel-agent-config", emptyDir: {} },
        { name: "tmp", emptyDir: {} },
      ],
    },
    stops: /volume/,
  },
  {
    id: "config",
    title: "a ConfigMap of our name",
    runtime: "nodejs",
    beside: (namespace) => [
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "otel-agent-field-config", namespace } },
    ],
    stops: /ConfigMap field-config\/otel-agent-field-config exists and is not the stack's/,
  },
];
