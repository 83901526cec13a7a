import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { Agent as Dispatcher, request } from "undici";
import { agentConfig, agentFiles } from "../../../components/collector/agent-config.ts";
import { gatewayConfig } from "../../../components/collector/gateway-config.ts";
import { agentCounters } from "../../../components/otel/agent-counters.ts";
import { configDir } from "../../../components/otel/collector-parts.ts";
import { secretsDir } from "../../../components/vault/vault-agent.ts";
import type { Service } from "../../../config/landscape.ts";
import { readStack } from "../../../config/stack-file.ts";
import { gatewayName, ports, serviceHost } from "../../../lib/names.ts";
import { addressesOf, certificatesFor, startPart, textOf } from "../../bench/pipeline/place.ts";
import { waitFor } from "../../wait.ts";
import { exportTraces, largeSpans } from "../collector/exporter.ts";
import { newFolder, type CollectorProcess } from "../collector/process.ts";
import type { Sender } from "../collector/token.ts";
import { clusterKeys, tokenOf } from "../redaction/gateway.ts";

const stack = readStack("local");
export const { landscape } = stack;

/** Keys of tokens come in a file, and nobody has to show a certificate who reads: neither exists on the loopback. */
const context = {
  landscape,
  settings: { ...stack.settings, cluster: { ...stack.settings.cluster, oidc: undefined } },
};

/** How often agents tell here, milliseconds, where the plan has a minute. */
const intervalMs = 1_000;

/** As small as a queue can be. */
const size = { ...stack.settings.sizes.agent, queueSpans: 1 };

/** What Prometheus would read of agents: a counter of each by service and pod, `lost shop-api/a`. */
export type Told = ReadonlyMap<string, number>;

/** An agent that is really running. */
interface Agent {
  /** Hands it a request as its application does. @returns the status of the answer. */
  post(signal: "traces" | "metrics", body: object): Promise<number>;
  /** Hands it one span by its other way in, over gRPC. */
  call(): Promise<unknown>;
  /** From now on it is somebody else. */
  become(token: string): Promise<void>;
}

/** A gateway and its agents. */
export interface Site {
  /** @param given.filters false: it hands on all metrics, as one would that was changed. */
  startAgent(service: Service, token: string, given?: { filters: boolean }): Promise<Agent>;
  startGateway(): Promise<void>;
  stopGateway(): Promise<void>;
  /** The gateway's page as Prometheus reads it. */
  page(): Promise<string>;
  /** Waits until it says something of agents. @returns what it said last. */
  told(holds: (told: Told) => boolean): Promise<Told>;
}

export const tokenFor = ({ namespace, serviceAccount }: Service, pod: string): string =>
  tokenOf({ namespace, serviceAccount, pod } satisfies Sender);

const names = Object.entries(agentCounters).map(([what, { name }]) => [`${name}_total`, what] as const);

/** @throws if it says more of an agent than what became of its spans. */
export function toldOf(page: string): Told {
  const lines = page.split("\n").filter((line) => line.startsWith("tracing_agent_"));
  return new Map(
    lines.map((line) => {
      const [, metric, service, pod, value] =
        /^(\w+)\{service_name="([^"]*)",tracing_pod="([^"]*)"\} (\S+)$/.exec(
          line.replaceAll(/,?otel_scope_\w+=""/g, "").replace("{,", "{"),
        ) ?? [];
      const what = names.find(([name]) => name === metric)?.[1];
      if (what === undefined) throw new Error(`The gateway shows ${line}`);
      return [`${what} ${service}/${pod}`, Number(value)];
    }),
  );
}

/** Starts the gateway; what it takes for the sampler waits in its queue. */
export async function startSite(): Promise<Site> {
  const address = addressesOf(0);
  const host = serviceHost(gatewayName, context.settings.cluster.namespace);
  const at = address(1);
  const certificates = await certificatesFor([at], [host]);
  const ca = await textOf(certificates.ca);
  const dispatcher = new Dispatcher({ connect: { ca, servername: host } });
  const pem = { "tls.crt": await textOf(certificates.certificate), "tls.key": await textOf(certificates.key) };
  let gateway: CollectorProcess | undefined;
  let agents = 0;
  const page = async () => {
    const { body } = await request(`https://${at}:${ports.metrics}/metrics`, { dispatcher });
    return body.text();
  };
  const site: Site = {
    page,
    async startGateway() {
      const part = await startPart(gatewayConfig(context), {
        ...{ tier: "gateway", address: at },
        moved: { [secretsDir]: "{folder}", [configDir]: "{folder}", "127.0.0.1:": `${at}:` },
        files: { ...pem, "ca.crt": ca, bundle: "", "service-account-keys.json": clusterKeys },
      });
      gateway = part.process;
    },
    async stopGateway() {
      await gateway?.kill();
    },
    async startAgent(service, token, { filters } = { filters: true }) {
      const own = address(10 + agents++);
      const planned = agentConfig(size, service, context.settings.monitoring);
      const { pipelines } = planned.service;
      const blunt = { ...pipelines, metrics: { ...(pipelines as { metrics?: object }).metrics, processors: [] } };
      const config = filters ? planned : { ...planned, service: { ...planned.service, pipelines: blunt } };
      const tokenFile = join(await newFolder(), "token");
      await writeFile(tokenFile, token);
      await startPart(config, {
        ...{ tier: "agent", address: own },
        moved: {
          [agentFiles.token]: tokenFile,
          [configDir]: "{folder}",
          [`${host}:${ports.otlpGrpc}`]: `${at}:${ports.otlpGrpc}`,
          "127.0.0.1:": `${own}:`,
          '"interval":60000': `"interval":${intervalMs}`,
        },
        files: { [basename(agentFiles.ca)]: ca },
      });
      return {
        async post(signal, body) {
          const answer = await fetch(`http://${own}:${ports.otlpHttp}/v1/${signal}`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          });
          await answer.text();
          return answer.status;
        },
        async call() {
          const client = new Client(`${own}:${ports.otlpGrpc}`, credentials.createInsecure());
          const request = largeSpans({}, { spans: 1, bytes: 10 });
          await exportTraces(client, request, new Metadata()).finally(() => client.close());
        },
        become: (other) => writeFile(tokenFile, other),
      };
    },
    async told(holds) {
      let last: Told = new Map();
      await waitFor(
        async () => {
          last = toldOf(await page().catch(() => ""));
          return holds(last);
        },
        { limit: 20_000, every: 200 },
      );
      return last;
    },
  };
  await site.startGateway();
  return site;
}
