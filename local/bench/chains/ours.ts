import { basename } from "node:path";
import { agentConfig, agentFiles } from "../../../components/collector/agent-config.ts";
import { gatewayConfig } from "../../../components/collector/gateway-config.ts";
import { queueDir, samplerConfig } from "../../../components/collector/sampler-config.ts";
import { accountFile, jaegerCollectorConfig, configDir as jaegerDir } from "../../../components/jaeger/config.ts";
import { configDir, goRuntime } from "../../../components/otel/collector-parts.ts";
import { secretsDir } from "../../../components/vault/vault-agent.ts";
import { readStack } from "../../../config/stack-file.ts";
import {
  elasticsearchName,
  gatewayName,
  jaegerCollectorName,
  ports,
  samplerName,
  serviceHost,
  storageGroups,
} from "../../../lib/names.ts";
import { clusterKeys, tokenOf } from "../../checks/redaction/gateway.ts";
import { withoutTags } from "../../checks/store/jaeger.ts";
import { recorded } from "../load/recording.ts";
import type { Chain } from "../pipeline/chain.ts";
import type { Tier } from "../pipeline/tiers.ts";
import { addressesOf, certificatesFor, startPart, textOf, type Part } from "../pipeline/place.ts";
import { startStandIn } from "../pipeline/stand-in.ts";

const stack = readStack("local");

/**
 * The local stack without its metrics: no peer has any. All traces are kept: that is the most that a sampler has to do. Keys of
 * tokens come in a file: there is no issuer on the loopback.
 */
const context = {
  stack: stack.name,
  landscape: stack.landscape,
  settings: {
    ...stack.settings,
    monitoring: undefined,
    cluster: { ...stack.settings.cluster, oidc: undefined },
    sampling: { ...stack.settings.sampling, percent: 100 },
  },
};
const { sizes } = context.settings;
const groups = storageGroups(context.landscape.groups);
const hostOf = (name: string) => serviceHost(name, context.settings.cluster.namespace);

/** The stack's own chain, with the door that agents beside its own may deliver to. */
export interface OurChain extends Chain {
  readonly gateway: { readonly address: string; readonly host: string; readonly ca: string };
  /** Memory of the container that the plan gives to each part's tier, MiB. */
  readonly memoryMib: Readonly<Record<Tier, number>>;
}

/**
 * The stack's own chain: the configurations of the plan, on the loopback.
 *
 * @param options.keep whether what stands for the store keeps the documents. Default: false.
 * @param options.ownTags whether Jaeger writes tags as the plan says, or as it does by itself. Default: true.
 */
export async function startOurs(number: number, { keep = false, ownTags = true } = {}): Promise<OurChain> {
  const address = addressesOf(number);
  const at: Record<string, string> = {
    [elasticsearchName]: address(0),
    [gatewayName]: address(1),
    [samplerName]: address(2),
    ...Object.fromEntries(groups.map((group, index) => [jaegerCollectorName(group), address(10 + index)])),
  };
  const agents = Object.fromEntries(recorded.map((id, index) => [id, address(20 + index)] as const));
  const certificates = await certificatesFor(Object.values(at), Object.keys(at).map(hostOf));
  const pem = {
    "tls.crt": await textOf(certificates.certificate),
    "tls.key": await textOf(certificates.key),
    "ca.crt": await textOf(certificates.ca),
  };
  const moved = {
    // Who is dialled by address is checked by the name that the plan says, where it says one.
    ...Object.fromEntries(
      Object.entries(at).flatMap(([name, host]) =>
        [ports.otlpGrpc, ports.elasticsearch].map((port) => [`${hostOf(name)}:${port}`, `${host}:${port}`]),
      ),
    ),
    [`"hostname":"${hostOf(samplerName)}"`]: `"hostname":"${at[samplerName]}"`,
    [secretsDir]: "{folder}",
    [configDir]: "{folder}",
  };
  const store = await startStandIn(address(0), ports.elasticsearch, certificates, { keep });
  const parts: Part[] = [];
  for (const group of groups) {
    const collector = jaegerCollectorConfig(context, group);
    parts.push(
      await startPart(ownTags ? collector : withoutTags(collector), {
        ...{ tier: "jaeger", program: "jaeger", address: at[jaegerCollectorName(group)]! },
        moved: { ...moved, [jaegerDir]: "{folder}" },
        env: goRuntime(sizes.jaegerCollector),
        files: {
          ...pem,
          "elasticsearch-ca.crt": pem["ca.crt"],
          [accountFile]: "basic: { username: bench, password: bench }",
        },
      }),
    );
  }
  parts.push(
    await startPart(samplerConfig(context), {
      ...{ tier: "sampler", address: at[samplerName]!, files: pem },
      moved: { ...moved, [queueDir]: "{folder}/queue" },
      env: goRuntime(sizes.sampler),
    }),
    await startPart(gatewayConfig(context), {
      ...{ tier: "gateway", address: at[gatewayName]!, moved, env: goRuntime(sizes.gateway) },
      files: { ...pem, "service-account-keys.json": clusterKeys },
    }),
  );
  for (const service of context.landscape.services) {
    const { id, namespace, serviceAccount } = service;
    const own = agents[id];
    if (own === undefined) continue;
    parts.push(
      await startPart(agentConfig(sizes.agent, service), {
        ...{ tier: "agent", address: own, env: goRuntime(sizes.agent) },
        moved: {
          ...moved,
          [agentFiles.token]: "{folder}/token",
          "127.0.0.1:": `${own}:`,
        },
        files: { [basename(agentFiles.ca)]: pem["ca.crt"], token: tokenOf({ namespace, serviceAccount }) },
      }),
    );
  }
  const entrance = (id: string) => `http://${agents[id]}:${ports.otlpHttp}`;
  return {
    id: "ours",
    title: "this stack",
    guarantees: "TLS and identity on all hops, redaction, tail sampling, disk queue with fsync, a Jaeger a group",
    entrances: { "shop-api": entrance("shop-api"), "crm-api": entrance("crm-api"), "mes-api": entrance("mes-api") },
    parts,
    store,
    gateway: { address: `${at[gatewayName]}:${ports.otlpGrpc}`, host: hostOf(gatewayName), ca: pem["ca.crt"] },
    memoryMib: {
      agent: sizes.agent.memoryMib,
      gateway: sizes.gateway.memoryMib,
      sampler: sizes.sampler.memoryMib,
      jaeger: sizes.jaegerCollector.memoryMib,
    },
  };
}
