/**
 * Whether the stack lives through the return of its gateway: all agents of a company deliver at once what has waited, by the real
 * chain on the loopback. Agents are this process here, a connection each: they wait and try again as the real ones do.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { agentConfig } from "../../components/collector/agent-config.ts";
import { batchMaxBytes } from "../../components/otel/message-sizes.ts";
import { readStack } from "../../config/stack-file.ts";
import { startOurs, type OurChain } from "../bench/chains/ours.ts";
import { untilItWorks, waitFor } from "../wait.ts";
import type { Tier } from "../bench/pipeline/tiers.ts";
import { attributes } from "../../lib/attributes.ts";
import { exportTraces, isBackPressure, largeSpans } from "./collector/exporter.ts";
import { tryCases, type CollectorCase } from "./collector/cases.ts";
import { atEnd } from "./collector/process.ts";
import { tokenOf } from "./redaction/gateway.ts";

const { landscape, settings } = readStack("local");
const service = landscape.services[0]!;
const { num_consumers: atOnce } = agentConfig(settings.sizes.agent, service).exporters.otlp_grpc.sending_queue;

/** As many as one gateway of the default size bears. */
const agents = 300;
/** What each agent has kept, in full messages. */
const messagesEach = 3;
/** Where the kernel's own part of a container's memory begins, which is not seen here. */
const limitShare = 0.95;

/** Delivers as an agent does: so many messages at once, each again after a second until it is taken. */
async function deliver({ gateway }: OurChain, bytes: number, signal: AbortSignal): Promise<number> {
  const client = new Client(gateway.address, credentials.createSsl(Buffer.from(gateway.ca)), {
    "grpc.ssl_target_name_override": gateway.host,
    // A connection of its own, as a pod has.
    "grpc.use_local_subchannel_pool": 1,
  });
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${tokenOf(service)}`);
  const spans = Math.floor(batchMaxBytes.agent / bytes);
  let [left, sent] = [messagesEach, 0];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) {
        const request = largeSpans({ [attributes.serviceName]: service.id }, { spans, bytes });
        await untilItWorks(() => exportTraces(client, request, metadata), {
          // The real ones wait 1 s at first and 30 at last.
          ...{ every: 4_000, limit: 240_000, signal, passing: isBackPressure },
        });
        sent += spans;
      }
    }),
  );
  client.close();
  return sent;
}

/** Looks at the memory of all parts until told to stop. @returns the most that each tier's busiest part had, MiB. */
async function watched({ parts }: OurChain, signal: AbortSignal): Promise<Map<Tier, number>> {
  const most = new Map<Tier, number>();
  for (; !signal.aborted; await sleep(20)) {
    for (const { tier, process } of parts) most.set(tier, Math.max(most.get(tier) ?? 0, await process.memoryMib()));
  }
  return most;
}

const cases: readonly CollectorCase<[OurChain]>[] = [600, 20_000].map((bytes) => ({
  title: `${agents} agents deliver at once what waited while the gateway was away, spans of ${bytes} bytes: no container's limit is reached, none lost, none twice`,
  async run(chain) {
    const before = chain.store.spans();
    const stored = () => chain.store.spans() - before;
    const stop = new AbortController();
    const delivered = async () => {
      try {
        const sent = await Promise.all(Array.from({ length: agents }, () => deliver(chain, bytes, stop.signal)));
        const all = sent.reduce((sum, one) => sum + one, 0);
        await waitFor(() => stored() >= all, { limit: 60_000 });
        // What came twice would come now.
        await sleep(3_000);
        return all;
      } finally {
        stop.abort();
      }
    };
    const [sent, most] = await Promise.all([delivered(), watched(chain, stop.signal)]);
    return [
      ...(stored() === sent ? [] : [`${stored()} documents of ${sent} spans`]),
      ...[...most]
        .filter(([tier, mib]) => mib >= limitShare * chain.memoryMib[tier])
        .map(([tier, mib]) => `${tier}: ${Math.round(mib)} of ${chain.memoryMib[tier]} MiB were in use`),
    ];
  },
}));

await tryCases(cases, async (): Promise<[OurChain]> => {
  const chain = await startOurs(0);
  atEnd(() => Promise.resolve(chain.store.stop()));
  return [chain];
});
