import type { types } from "@pulumi/kubernetes";
import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import { agentOfProfile } from "../../config/profiles.ts";
import { imageOf } from "../../config/settings.ts";
import { agentConfig, agentFiles } from "../collector/agent-config.ts";
import { collectorUid, goRuntime } from "../otel/collector-parts.ts";
import { checksum, resources, restrictedContainer, tokenVolume, type Container, type Size } from "../kubernetes/pod.ts";
import { renderYaml } from "../kubernetes/yaml.ts";
import { gatewayAudience, sharedName } from "../../lib/names.ts";
import { agentSelector } from "./egress.ts";
import { instrumentationDir, instrumentationOf, temporaryDir } from "./instrumentation.ts";
import { variablesOf } from "./variables.ts";

/** Name of the agent's ConfigMap in the service's namespace. Fixed, so that a rollback of the Deployment still finds it. */
export function agentConfigName({ id, stackNamespace }: Pick<Service, "id" | "stackNamespace">): string {
  return sharedName(`otel-agent-${id}`, stackNamespace);
}

/** Files of the agent of a service. */
export function agentConfigData(
  { settings, stackRoot }: Pick<Context, "settings" | "stackRoot">,
  service: Pick<Service, "profile" | "wiring" | "stackNamespace">,
): Record<string, string> {
  return {
    "config.yaml": renderYaml(
      agentConfig(agentOfProfile(service.profile, settings.sizes.agent), service, settings.monitoring),
    ),
    "company-ca.crt": `${stackRoot}\n`,
  };
}

/** Names that the patch needs in the pod. */
export const addedContainers = { instrumentation: "otel-instrumentation", agent: "otel-agent" } as const;
export const addedVolumes = {
  instrumentation: "otel-instrumentation",
  config: "otel-agent-config",
  token: "otel-gateway-token",
  temporary: "otel-tmp",
} as const;

/** The last lines of its log are the reason that `up` gives for taking a patch back. */
const terminationMessagePolicy = "FallbackToLogsOnError";

/**
 * Field manager of a service's patch, as operators see it in `managedFields`. Two stacks have two: the second that wires the
 * same workload is refused, instead of taking the fields of the first without a word.
 */
export function fieldManager({ id, stackNamespace }: Pick<Service, "id" | "stackNamespace">): string {
  return `${stackNamespace}-${id}`;
}

function securityOf({ wiring: { userId } }: Service): Container["securityContext"] {
  return userId === 0 ? restrictedContainer : { ...restrictedContainer, runAsUser: userId ?? collectorUid };
}

/** With a limit, the request is the same: a pod that was Guaranteed stays it. */
function resourcesOf({ wiring: { cpuLimit } }: Service, size: Size): Container["resources"] {
  return resources({ ...size, cpu: cpuLimit ?? size.cpu, cpuLimit });
}

/** What is applied of a workload, whatever its kind. */
export interface WorkloadPatch {
  metadata: { name: string; namespace: string; annotations: Record<string, string> };
  spec: { template: types.input.core.v1.PodTemplateSpecPatch };
}

/**
 * The patch that wires an existing workload: variables of the application's container, two init containers, their
 * volumes and mounts, each an entry of its own. Nothing that the owner manages is named, unless the settings say so, and
 * so to take it back leaves the workload as it was.
 */
export function workloadPatch(
  context: Pick<Context, "settings" | "stack" | "stackRoot">,
  service: Service,
): WorkloadPatch {
  const { settings, stack } = context;
  const { image, copy } = instrumentationOf(service);
  const volumes = addedVolumes;
  const agentSize = agentOfProfile(service.profile, settings.sizes.agent);
  const { allowEgress, instrumentationImage, pullSecrets, temporaryFolder, variables } = service.wiring;

  const copyInstrumentation: Container = {
    name: addedContainers.instrumentation,
    image: instrumentationImage ?? imageOf(settings, image),
    command: ["/bin/sh", "-c", copy],
    terminationMessagePolicy,
    securityContext: securityOf(service),
    resources: resourcesOf(service, settings.sizes.instrumentation),
    volumeMounts: [{ name: volumes.instrumentation, mountPath: instrumentationDir }],
  };
  // A native sidecar: it runs before the application starts and until after it has ended. Without probes on purpose:
  // a failing agent must not keep its application from starting.
  const agent: Container = {
    name: addedContainers.agent,
    image: imageOf(settings, "collector"),
    restartPolicy: "Always",
    terminationMessagePolicy,
    args: [`--config=${agentFiles.config}`],
    env: goRuntime(agentSize),
    securityContext: securityOf(service),
    resources: resourcesOf(service, agentSize),
    volumeMounts: [
      { name: volumes.config, mountPath: "/etc/otelcol", readOnly: true },
      { name: volumes.token, mountPath: "/var/run/secrets/tracing", readOnly: true },
    ],
  };
  const spec = {
    template: {
      metadata: {
        annotations: checksum(agentConfigData(context, service)),
        // A policy is told by it whom to let out.
        ...(allowEgress && { labels: agentSelector(service) }),
      },
      spec: {
        initContainers: [copyInstrumentation, agent],
        containers: [
          {
            name: service.container,
            env: variablesOf(service, stack),
            volumeMounts: [
              { name: volumes.instrumentation, mountPath: instrumentationDir, readOnly: true },
              ...(temporaryFolder ? [{ name: volumes.temporary, mountPath: temporaryDir }] : []),
            ],
          },
        ],
        ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
        volumes: [
          { name: volumes.instrumentation, emptyDir: { sizeLimit: `${settings.sizes.instrumentation.volumeMib}Mi` } },
          { name: volumes.config, configMap: { name: agentConfigName(service) } },
          tokenVolume(volumes.token, gatewayAudience, 3600),
          ...(temporaryFolder ? [{ name: volumes.temporary, emptyDir: { sizeLimit: "64Mi" } }] : []),
        ],
      },
    },
  };
  return {
    metadata: {
      name: service.deployment,
      namespace: service.namespace,
      annotations: {
        "pulumi.com/patchFieldManager": fieldManager(service),
        // The program follows the rollout itself: it takes the patch back if the application does not start with it.
        "pulumi.com/skipAwait": "true",
        // Only what the stack says word for word may be taken from its owner; the check looks that it is nothing else.
        ...(Object.values(variables).includes("replace") && { "pulumi.com/patchForce": "true" }),
        // Says to the engine whether the patch changed, see the component.
        ...checksum(JSON.stringify(spec)),
      },
    },
    spec,
  };
}
