import { createHash } from "node:crypto";
import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as runtimeState from "@pulumi/pulumi/runtime/state.js";
import { renderYaml } from "../components/kubernetes/yaml.ts";

/** A resource as the program registered it. */
export interface Registered {
  type: string;
  name: string;
  /** Names from the stack's top to the parent, each component by its name. */
  parents: string[];
  inputs: Record<string, unknown>;
  dependsOn: string[];
  /** When the engine calls the program back. */
  hooks: string[];
}

/** Resource types of the stack, with what the real provider computes. A type that is not here is a mistake. */
const computed: Record<string, (inputs: Record<string, unknown>, name: string) => Record<string, unknown>> = {
  "pulumi:providers:kubernetes": nothing,
  "pulumi:providers:vault": nothing,
  "pulumi:providers:elasticstack": nothing,
  "kubernetes:core/v1:Namespace": nothing,
  "kubernetes:core/v1:ConfigMap": nothing,
  "kubernetes:core/v1:Service": nothing,
  "kubernetes:core/v1:ServiceAccount": nothing,
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": nothing,
  "kubernetes:policy/v1:PodDisruptionBudget": nothing,
  "kubernetes:core/v1:PersistentVolumeClaim": nothing,
  "kubernetes:apps/v1:Deployment": nothing,
  "kubernetes:apps/v1:StatefulSet": nothing,
  "kubernetes:apps/v1:DeploymentPatch": nothing,
  "kubernetes:apps/v1:StatefulSetPatch": nothing,
  "kubernetes:apps/v1:DaemonSetPatch": nothing,
  "kubernetes:traefik.io/v1alpha1:MiddlewareTCP": nothing,
  "kubernetes:traefik.io/v1alpha1:IngressRouteTCP": nothing,
  "kubernetes:gateway.networking.k8s.io/v1:TLSRoute": nothing,
  "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": nothing,
  "kubernetes:monitoring.coreos.com/v1:PrometheusRule": nothing,
  "vault:index/mount:Mount": (_, name) => ({ accessor: `accessor of ${name}` }),
  "vault:index/policy:Policy": nothing,
  "vault:jwt/authBackend:AuthBackend": nothing,
  "vault:jwt/authBackendRole:AuthBackendRole": nothing,
  "vault:pkiSecret/secretBackendIntermediateCertRequest:SecretBackendIntermediateCertRequest": (_, name) => ({
    csr: `csr of ${name}`,
  }),
  "vault:pkiSecret/secretBackendRootSignIntermediate:SecretBackendRootSignIntermediate": (_, name) => ({
    certificate: `certificate of ${name}`,
    caChains: [`issuer above ${name}`, `root above ${name}`],
  }),
  "vault:pkiSecret/secretBackendIntermediateSetSigned:SecretBackendIntermediateSetSigned": (_, name) => ({
    importedIssuers: [`issuer of ${name}`],
  }),
  "vault:pkiSecret/secretBackendConfigCa:SecretBackendConfigCa": nothing,
  "vault:pkiSecret/secretBackendConfigIssuers:SecretBackendConfigIssuers": nothing,
  "vault:pkiSecret/secretBackendRole:SecretBackendRole": nothing,
  "vault:database/secretBackendStaticRole:SecretBackendStaticRole": nothing,
  "elasticstack:index/elasticsearchIndexLifecycle:ElasticsearchIndexLifecycle": nothing,
  "elasticstack:index/elasticsearchIndexTemplate:ElasticsearchIndexTemplate": nothing,
  "elasticstack:index/elasticsearchIndex:ElasticsearchIndex": nothing,
  "elasticstack:index/elasticsearchSnapshotRepository:ElasticsearchSnapshotRepository": nothing,
  "elasticstack:index/elasticsearchSnapshotLifecycle:ElasticsearchSnapshotLifecycle": nothing,
  "elasticstack:index/elasticsearchSecurityRole:ElasticsearchSecurityRole": nothing,
  "elasticstack:index/elasticsearchSecurityUser:ElasticsearchSecurityUser": nothing,
};

function nothing(): Record<string, unknown> {
  return {};
}

/** The wire form of a secret: tests must be able to say that there is none. */
const secretKey = "4dabf18193072939515e22adb298388d";

/**
 * The provider's SDK marks these, whatever they are. Here: a hash that no password has, see `unusablePasswordHash`, and
 * certificates of CAs without a key.
 */
const allowedSecrets = ["passwordHash", "pemBundle"];

// Every run of a program leaves exit listeners of the SDK behind.
process.setMaxListeners(0);

class Mocks implements pulumi.runtime.Mocks {
  readonly inputs = new Map<string, Record<string, unknown>>();

  newResource({ type, name, inputs: raw, custom }: pulumi.runtime.MockResourceArgs) {
    const inputs = raw as Record<string, unknown>;
    if (!custom) return { id: "", state: inputs };
    const compute = computed[type];
    if (!compute)
      throw new Error(`unknown resource type ${type} (${name}): add what its provider computes to the mocks`);
    for (const [key, value] of Object.entries(inputs)) {
      if (!JSON.stringify(value ?? null).includes(secretKey)) continue;
      if (!allowedSecrets.includes(key)) throw new Error(`${type} ${name} holds a secret in ${key}`);
      inputs[key] = (value as { value: unknown }).value;
    }
    const metadata = inputs["metadata"] as { name?: string; annotations?: Record<string, string> } | undefined;
    if (type.startsWith("kubernetes:") && !metadata?.name) throw new Error(`${type} ${name} has no metadata.name`);
    if (type.endsWith("Patch") && !metadata?.annotations?.["pulumi.com/patchFieldManager"]) {
      throw new Error(`${type} ${name} has no field manager`);
    }
    this.inputs.set(`${type} ${name}`, inputs);
    return { id: `${name}-id`, state: { ...inputs, ...compute(inputs, name) } };
  }

  call({ token }: pulumi.runtime.MockCallArgs): Record<string, unknown> {
    throw new Error(`unknown function ${token}: the stack reads nothing`);
  }
}

/**
 * Runs a program as the engine would, without an engine.
 *
 * @param preview true: outputs are unknown, as in `pulumi preview`.
 * @returns what it registered, sorted by place in the tree and name.
 */
export async function runProgram(stack: string, preview: boolean, program: () => unknown): Promise<Registered[]> {
  const { stackTraceLimit } = Error;
  // The SDK keeps a stack trace for each of its thousands of promises, and Jest maps every frame: most of a run's time.
  Error.stackTraceLimit = 0;
  try {
    return await register(stack, preview, program);
  } catch {
    // What fails shall say where.
    Error.stackTraceLimit = stackTraceLimit;
    return await register(stack, preview, program);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function register(stack: string, preview: boolean, program: () => unknown): Promise<Registered[]> {
  const mocks = new Mocks();
  const registrations: Omit<Registered, "inputs">[] = [];
  await pulumi.runtime.setMocks(mocks, "order-tracing", stack, preview);
  takeHooks();
  await pulumi.runtime.runInPulumiStack(() => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      const dependsOn = [opts.dependsOn ?? []].flat() as pulumi.Resource[];
      registrations.push({
        type,
        name,
        parents: parentsOf(opts.parent),
        dependsOn: dependsOn.map(resourceName).sort(),
        hooks: Object.keys((opts as pulumi.CustomResourceOptions).hooks ?? {}).sort(),
      });
      return undefined;
    });
    program();
    return Promise.resolve();
  });
  await pulumi.runtime.disconnect();
  return registrations
    .map((registration) => ({
      ...registration,
      inputs: mocks.inputs.get(`${registration.type} ${registration.name}`) ?? {},
    }))
    .sort((a, b) => [...a.parents, a.name].join("/").localeCompare([...b.parents, b.name].join("/"), "en"));
}

/**
 * The SDK's mock says that it takes hooks, and has no function for it. In its place of the server that the engine would call:
 * nothing is made here, so no hook is called.
 */
function takeHooks(): void {
  // The SDK's types do not have it.
  const { getStore } = runtimeState as unknown as { getStore: () => { callbacks: unknown } };
  getStore().callbacks = {
    registerResourceHook: () => Promise.resolve(),
    awaitStackRegistrations: () => Promise.resolve(),
    shutdown: () => undefined,
  };
}

function parentsOf(parent: pulumi.Resource | undefined): string[] {
  if (!parent || resourceType(parent) === "pulumi:pulumi:Stack") return [];
  return [
    ...parentsOf((parent as unknown as { __parentResource?: pulumi.Resource }).__parentResource),
    resourceName(parent),
  ];
}

function resourceName(resource: pulumi.Resource): string {
  return (resource as unknown as { __name: string }).__name;
}

function resourceType(resource: pulumi.Resource): string {
  return (resource as unknown as { __pulumiType: string }).__pulumiType;
}

/** The graph as it is checked in: one entry a resource, keys sorted, certificates and keys by their hash. */
export function renderGraph(resources: readonly Registered[]): string {
  const entries = resources.map(({ parents, name, type, inputs, dependsOn, hooks }) => [
    // A provider may have the name of a component: one must not hide the other.
    [...(type.startsWith("pulumi:providers:") ? ["providers"] : parents), name].join("/"),
    {
      type,
      ...(dependsOn.length > 0 && { dependsOn }),
      ...(hooks.length > 0 && { hooks }),
      ...(Object.keys(inputs).length > 0 && { inputs }),
    },
  ]);
  const graph = renderYaml(Object.fromEntries(entries)).replaceAll(dirname(import.meta.dirname), ".");
  return graph.replaceAll(
    /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----/g,
    (pem, label: string) =>
      `(${label} ${createHash("sha256").update(pem.replaceAll(/\s/g, "")).digest("hex").slice(0, 8)})`,
  );
}
