import { readStack } from "../../../config/stack-file.ts";
import { gatewayProcessors } from "../../checks/redaction/gateway.ts";
import type { StartChain } from "../pipeline/chain.ts";
import { agentTier, allInOne, gatewayTier, jaegerTier, samplerTier, startPeer } from "./peer-parts.ts";

/** With the stack's own choice for span links, as in its own chain. */
const stack = readStack("local");

/**
 * What others run, each as it comes, and those that can be made to promise the same with that added. None of them brings rules
 * of redaction: with the same promises they run ours, in the same processors.
 */
export const peers: Readonly<Record<string, StartChain>> = {
  chart: (number) =>
    startPeer(number, {
      id: "chart",
      title: "OTel chart, agent and gateway",
      guarantees: "no TLS, no redaction, no sampling, queues in memory",
      tiers: [agentTier({}), gatewayTier({ to: "jaeger" }), jaegerTier({})],
    }),
  "chart-same": (number) =>
    startPeer(number, {
      id: "chart-same",
      title: "the same with TLS, identity, our redaction, disk queue with fsync",
      guarantees: "as this stack, without sampling and without a Jaeger a group",
      tiers: [
        agentTier({ secure: true }),
        gatewayTier({ to: "jaeger", secure: true, durable: true, processors: gatewayProcessors(stack) }),
        jaegerTier({ secure: true }),
      ],
    }),
  "k8s-monitoring": (number) =>
    startPeer(number, {
      id: "k8s-monitoring",
      title: "k8s-monitoring, receiver and sampler",
      guarantees: "no TLS, no redaction, tail sampling, queues in memory",
      tiers: [gatewayTier({ to: "sampler" }), samplerTier({}), jaegerTier({})],
    }),
  "k8s-monitoring-same": (number) =>
    startPeer(number, {
      id: "k8s-monitoring-same",
      title: "the same with TLS, identity, our redaction, disk queue with fsync, and an agent",
      guarantees: "as this stack, without a Jaeger a group",
      tiers: [
        agentTier({ secure: true }),
        gatewayTier({ to: "sampler", secure: true, processors: gatewayProcessors(stack) }),
        samplerTier({ secure: true, durable: true }),
        jaegerTier({ secure: true }),
      ],
    }),
  "all-in-one": (number) =>
    startPeer(number, {
      id: "all-in-one",
      title: "Jaeger all-in-one",
      guarantees: "no TLS from applications, no redaction, no sampling, nothing survives a crash",
      tiers: [allInOne()],
    }),
};
