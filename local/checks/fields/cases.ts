import type { KubernetesObject } from "@kubernetes/client-node";
import { images } from "../../../config/versions.ts";
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

/** With a volume of each pod's own, as databases have. */
const claims = {
  volumeClaimTemplates: [
    {
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
    },
  ],
};
const claimed = { volumeMounts: [{ name: "data", mountPath: "/data" }] };
/** The virtual machine takes the reference that nothing is put in for as the name of a class, and ends. */
const crashing = { variables: { JAVA_TOOL_OPTIONS: "append" } };
const crash = (name: string) => ({
  settings: crashing,
  stops: new RegExp(`is append, and container ${name} gets no JAVA_TOOL_OPTIONS by envFrom`),
  breaks: new RegExp(`container ${name} ended \\d+ times, last with exit code 1`),
});
const script = (text: string) => ["node", "--input-type=module", "-e", text];
const stay = "setTimeout(() => {}, 3600_000)";
const instrumented = script(
  `import express from "express"; console.log("express instrumented:", express.application.use.__wrapped === true); ${stay}`,
);
const listen = (port: number) =>
  script(
    `import { createServer } from "node:http"; createServer().listen(${port}, "127.0.0.1", () => console.log(process.env.OTEL_EXPORTER_OTLP_ENDPOINT));`,
  );

/** Whether something listens on the pod's localhost, where no probe of the kubelet's own gets to. */
const listening = (port: number) => {
  const look = `require("net").connect(${port}, "127.0.0.1", () => process.exit(0)).on("error", () => process.exit(1))`;
  return { exec: { command: ["node", "-e", look] }, periodSeconds: 2, timeoutSeconds: 5 };
};

/** Kinds of workload that companies have, and what the check has to say of each. */
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
    title: "a StatefulSet, taken for a Deployment",
    kind: "StatefulSet",
    settings: { workload: "Deployment" },
    stops: /there is no Deployment field-4-stateful in the namespace field-4-stateful; the namespace has StatefulSet/,
    container: claimed,
    pod: { volumes: [] },
    spec: { ...claims, replicas: 1 },
    wayOut: { settings: { workload: "StatefulSet" } },
    log: new RegExp(`Picked up JAVA_TOOL_OPTIONS: ${agent}`),
  },
  {
    id: "4-daemon",
    title: "a DaemonSet",
    runtime: "nodejs",
    kind: "DaemonSet",
    log: new RegExp(`NODE_OPTIONS=${hook}`),
  },
  {
    id: "4-partition",
    title: "a StatefulSet that lets one pod of two go first",
    runtime: "nodejs",
    kind: "StatefulSet",
    spec: { replicas: 2, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } },
    notes: /its pods with numbers below 1 stay as they are/,
    log: new RegExp(`NODE_OPTIONS=${hook}`),
  },
  {
    id: "4-delete",
    title: "a DaemonSet whose pods somebody deletes",
    runtime: "nodejs",
    kind: "DaemonSet",
    spec: { updateStrategy: { type: "OnDelete" } },
    notes: /replaced only when somebody deletes them/,
    held: /updateStrategy OnDelete/,
    log: new RegExp(`NODE_OPTIONS=${hook}`),
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
    id: "7-arm",
    title: ".NET for ARM nodes",
    runtime: "dotnet",
    pod: { nodeSelector: { "kubernetes.io/arch": "arm64" } },
    stops: /its pods run on arm64, and linux-x64 is for amd64/,
  },
  {
    id: "7-musl",
    title: ".NET on Alpine",
    runtime: "dotnet",
    settings: { dotnetRuntime: "linux-musl-x64", instrumentationImage: images.autoinstrumentationNodejs },
    container: {
      command: ["/bin/sh", "-c", 'echo "CORECLR_PROFILER_PATH=$CORECLR_PROFILER_PATH"; exec sleep 3600'],
    },
    // No .NET runs here: what it would be told is all that this shows.
    log: /CORECLR_PROFILER_PATH=\/otel-instrumentation\/linux-musl-x64\//,
  },
  {
    id: "8",
    title: "ES modules, and nobody says so",
    runtime: "nodejs",
    container: { command: instrumented },
    log: /express instrumented: false/,
  },
  {
    id: "8-modules",
    title: "ES modules, told so",
    runtime: "nodejs",
    container: { command: instrumented },
    settings: { esModules: true },
    log: /express instrumented: true/,
  },
  {
    id: "10",
    title: "Java, and nothing that can be written",
    container: { volumeMounts: [] },
    pod: { volumes: [] },
    notes: /nothing is mounted at \/tmp/,
    log: new RegExp(`Picked up JAVA_TOOL_OPTIONS: ${agent}[^]*opentelemetry-javaagent`),
  },
  {
    id: "10-folder",
    title: "Java, and a folder of ours",
    container: {
      volumeMounts: [],
      command: ["/bin/sh", "-c", "java -version 2>&1 && touch /otel-tmp/here && ls /otel-tmp && exec sleep 3600"],
    },
    pod: { volumes: [] },
    settings: { temporaryFolder: true },
    log: new RegExp(`Picked up JAVA_TOOL_OPTIONS: -Djava.io.tmpdir=/otel-tmp ${agent}[^]*\nhere\n`),
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
    container: { ports: [{ containerPort: 4318 }], command: listen(4318) },
    stops: /listens on 4318, where the agent in the same pod wants to/,
    wayOut: { settings: { agentPorts: { http: 14318 } } },
    log: /http:\/\/127\.0\.0\.1:14318/,
  },
  {
    id: "12-hidden",
    title: "a collector of its own, of which the pod says nothing",
    runtime: "nodejs",
    spec: { replicas: 1 },
    // Ready when it listens: the check asks what does.
    container: { command: listen(4318), readinessProbe: listening(4318) },
    stops: /something of which the Deployment says nothing listens on 4318, where the agent in the same pod wants to/,
    wayOut: { settings: { agentPorts: { http: 14318 } } },
    log: /http:\/\/127\.0\.0\.1:14318/,
  },
  {
    id: "broken",
    title: "options with which the virtual machine ends",
    spec: { replicas: 1 },
    ...crash("field-broken"),
  },
  {
    id: "broken-stateful",
    title: "the same in a StatefulSet that starts in order",
    kind: "StatefulSet",
    spec: { replicas: 2 },
    ...crash("field-broken-stateful"),
  },
  {
    id: "broken-daemon",
    title: "the same in a DaemonSet",
    kind: "DaemonSet",
    ...crash("field-broken-daemon"),
  },
  {
    id: "broken-recreate",
    title: "the same, with Recreate",
    spec: { replicas: 1, strategy: { type: "Recreate" } },
    ...crash("field-broken-recreate"),
  },
  {
    id: "broken-image",
    title: "an image of the instrumentation that is nowhere",
    runtime: "nodejs",
    spec: { replicas: 1 },
    settings: { instrumentationImage: "nowhere.invalid/instrumentation:1.0.0" },
    // No registry can be asked from here: that is said, and not taken for a refusal.
    unread:
      /whether field-broken-image can pull nowhere\.invalid\/instrumentation:1\.0\.0: no node that was read has it/,
    breaks: /container otel-instrumentation: (ImagePullBackOff|ErrImagePull)/,
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
    wayOut: { settings: { allowEgress: true } },
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
