import { basename, dirname } from "node:path";
import type { Context } from "../../config/context.ts";
import type { OpenFrontend } from "../../config/landscape.ts";
import { imageOf } from "../../config/settings.ts";
import { httpProbes } from "../kubernetes/probes.ts";
import { resources, tokenVolume, type Size } from "../kubernetes/pod.ts";
import type { WorkloadPlan } from "../kubernetes/workload-plan.ts";
import { renderYaml } from "../kubernetes/yaml.ts";
import {
  frontEndName,
  gatewayAudience,
  gatewayName,
  jaegerCollectorName,
  ports,
  samplerName,
  serviceHost,
  storageGroups,
} from "../../lib/names.ts";
import { agentFiles } from "./agent-config.ts";
import { frontEndConfig } from "./front-end-config.ts";
import { gatewayConfig } from "./gateway-config.ts";
import { queueDir, samplerConfig } from "./sampler-config.ts";
import { tokenKeys } from "./token-keys.ts";
import { metricsOf } from "../otel/metrics-endpoint.ts";
import { collectorUid, configDir, goRuntime, podIp } from "../otel/collector-parts.ts";

function collectorPlan(context: Context, workload: string, size: Size, config: Record<string, unknown>) {
  const { files, metrics } = metricsOf(context);
  const host = serviceHost(workload, context.settings.cluster.namespace);
  return {
    workload,
    uid: collectorUid,
    files: [{ kind: "certificate" as const, dnsNames: [host] as [string], client: true }],
    config: { "config.yaml": renderYaml(config), ...files },
    configDir,
    metrics,
    container: {
      name: "otelcol",
      image: imageOf(context.settings, "collector"),
      args: [`--config=${configDir}/config.yaml`],
      env: [podIp, ...goRuntime(size)],
      ports: [{ name: "otlp-grpc", containerPort: ports.otlpGrpc }],
      resources: resources(size),
      ...httpProbes("/"),
    },
    servicePorts: { "otlp-grpc": ports.otlpGrpc },
  };
}

/** The entry for the browsers of one front end: by its account the gateway knows whose spans come from it. */
export function frontEndPlan(context: Context, frontend: OpenFrontend): WorkloadPlan {
  const { settings, stackRoot } = context;
  const { ingress } = settings.access;
  const size = settings.sizes.frontEnd;
  const workload = frontEndName(frontend.id);
  const plan = collectorPlan(context, workload, size, frontEndConfig(context, frontend));
  return {
    ...plan,
    kind: "Deployment",
    replicas: settings.replicas.frontEnd,
    // No client of the stack's servers: it has its token for the gateway, and nothing for the others.
    files: [{ kind: "certificate", dnsNames: [serviceHost(workload, settings.cluster.namespace), frontend.host] }],
    config: { ...plan.config, [basename(agentFiles.ca)]: `${stackRoot}\n` },
    container: {
      ...plan.container,
      ports: [{ name: "otlp-http", containerPort: ports.otlpHttp }],
      volumeMounts: [{ name: "token", mountPath: dirname(agentFiles.token), readOnly: true }],
    },
    volumes: [tokenVolume("token", gatewayAudience, 3600)],
    servicePorts: { "otlp-http": ports.otlpHttp },
    flows: {
      ingress: [{ peer: { namespace: ingress.namespace, podLabels: ingress.podLabels }, port: ports.otlpHttp }],
      egress: [{ peer: { workload: gatewayName }, port: ports.otlpGrpc }],
    },
  };
}

/** The gateway: where agents deliver. */
export function gatewayPlan(context: Context): WorkloadPlan {
  const { settings, landscape } = context;
  const plan = collectorPlan(context, gatewayName, settings.sizes.gateway, gatewayConfig(context));
  const keys = tokenKeys(context);
  const senders = [...new Set(landscape.services.map((service) => service.namespace))].sort();
  return {
    ...plan,
    kind: "Deployment",
    replicas: settings.replicas.gateway,
    config: { ...plan.config, ...keys.files },
    flows: {
      ingress: [
        ...senders.map((namespace) => ({ namespace })),
        ...landscape.openFrontends.map(({ id }) => ({ workload: frontEndName(id) })),
      ].map((peer) => ({ peer, port: ports.otlpGrpc })),
      egress: [{ peer: { workload: samplerName }, port: ports.otlpGrpc }, ...keys.egress],
    },
  };
}

/** The sampler: a fixed number of pods, each with the traces whose ids it is responsible for. */
export function samplerPlan(context: Context): WorkloadPlan {
  const { settings, landscape } = context;
  return {
    ...collectorPlan(context, samplerName, settings.sizes.sampler, samplerConfig(context)),
    kind: "StatefulSet",
    replicas: settings.replicas.sampler,
    claim: {
      mountPath: queueDir,
      storageGib: settings.sizes.sampler.storageGib,
      storageClass: settings.sizes.sampler.storageClass,
      settings: { storageGib: "sizes.sampler.storageGib", replicas: "replicas.sampler" },
      mayLeave: settings.replicas.samplerMayLeave,
    },
    // Undecided traces are decided at the end, and what is on its way is put back into the queue.
    terminationGracePeriodSeconds: settings.sizes.sampler.stopSeconds,
    flows: {
      ingress: [{ peer: { workload: gatewayName }, port: ports.otlpGrpc }],
      egress: storageGroups(landscape.groups).map((group) => ({
        peer: { workload: jaegerCollectorName(group) },
        port: ports.otlpGrpc,
      })),
    },
  };
}
