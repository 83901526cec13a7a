import type { Context } from "../../config/context.ts";
import { imageOf } from "../../config/settings.ts";
import { storeUrls } from "../elasticsearch/addresses.ts";
import { storeNames } from "../elasticsearch/names.ts";
import { httpProbes } from "../kubernetes/probes.ts";
import { auditTrail } from "../access/audit.ts";
import { signIn } from "../access/sign-in.ts";
import type { SecretFile } from "../vault/vault-agent.ts";
import type { EgressFlow } from "../kubernetes/network-policy.ts";
import { resources, type Size } from "../kubernetes/pod.ts";
import { hostFlows, type WorkloadPlan } from "../kubernetes/workload-plan.ts";
import { renderYaml } from "../kubernetes/yaml.ts";
import { metricsOf, withMetrics } from "../otel/metrics-endpoint.ts";
import { goRuntime, podIp } from "../otel/collector-parts.ts";
import {
  elasticsearchName,
  jaegerCollectorName,
  jaegerQueryName,
  ports,
  samplerName,
  serviceHost,
} from "../../lib/names.ts";
import { configDir, jaegerCollectorConfig, jaegerQueryConfig, storeAccount, uiConfig } from "./config.ts";

/** User of the official image. */
const uid = 10001;

function jaegerPlan(
  context: Context,
  {
    workload,
    storeRole,
    size,
    config,
    files,
  }: { workload: string; storeRole: string; size: Size; config: object; files: readonly SecretFile[] },
) {
  const { files: metricFiles, metrics } = metricsOf(context);
  return {
    workload,
    kind: "Deployment" as const,
    uid,
    files: [...files, storeAccount(context, storeRole)],
    config: {
      "config.yaml": renderYaml(config),
      "elasticsearch-ca.crt": `${context.elasticsearchCa}\n`,
      ...metricFiles,
    },
    configDir,
    metrics,
    container: {
      name: "jaeger",
      image: imageOf(context.settings, "jaeger"),
      args: [`--config=${configDir}/config.yaml`],
      env: [podIp, ...goRuntime(size)],
      resources: resources(size),
      ...httpProbes("/status"),
    },
  };
}

function storeFlows(context: Context): EgressFlow[] {
  const { elasticsearch } = context.settings;
  return elasticsearch.mode === "managed"
    ? [{ peer: { workload: elasticsearchName }, port: ports.elasticsearch }]
    : hostFlows(storeUrls(context.settings), elasticsearch.ranges);
}

/** The collector of a group. */
export function jaegerCollectorPlan(context: Context, group: string): WorkloadPlan {
  const { settings } = context;
  const workload = jaegerCollectorName(group);
  return {
    ...jaegerPlan(context, {
      workload,
      storeRole: storeNames(context).writer(group),
      size: settings.sizes.jaegerCollector,
      config: withMetrics(context, jaegerCollectorConfig(context, group), configDir),
      files: [{ kind: "certificate", dnsNames: [serviceHost(workload, settings.cluster.namespace)] }],
    }),
    replicas: settings.replicas.jaegerCollector,
    servicePorts: { "otlp-grpc": ports.otlpGrpc },
    flows: {
      ingress: [{ peer: { workload: samplerName }, port: ports.otlpGrpc }],
      egress: storeFlows(context),
    },
  };
}

/** The query service of a view. */
export function jaegerQueryPlan(context: Context, view: string): WorkloadPlan {
  const { settings } = context;
  const workload = jaegerQueryName(view);
  const proxy = signIn(context, view, configDir);
  const audit = auditTrail(context, view, configDir);
  const plan = jaegerPlan(context, {
    workload,
    storeRole: storeNames(context).reader(view),
    size: settings.sizes.jaegerQuery,
    config: withMetrics(context, jaegerQueryConfig(context, view), configDir),
    files: proxy.files,
  });
  const { namespace, podLabels } = settings.access.ingress;
  return {
    ...plan,
    files: [...plan.files, ...audit.files],
    config: { ...plan.config, ...proxy.config, ...audit.config, "ui.json": `${JSON.stringify(uiConfig)}\n` },
    sidecars: [proxy.container],
    outliving: [audit.container],
    volumes: audit.volumes,
    replicas: settings.replicas.jaegerQuery,
    servicePorts: { https: ports.signIn },
    flows: {
      ingress: [{ peer: { namespace, podLabels }, port: ports.signIn }],
      egress: [...storeFlows(context), ...proxy.egress],
    },
  };
}
