import type { AlertName } from "../../../components/monitoring/alerts/alert.ts";
import { certificateTtlSeconds } from "../../../components/vault/workload-identity.ts";
import { elasticsearchName, gatewayName, jaegerCollectorName, samplerName } from "../../../lib/names.ts";
import { knowsNobody } from "../../chaos/faults/gateway.ts";
import { hold, type Live } from "../../chaos/faults/live.ts";
import { refused } from "../../chaos/faults/store.ts";
import { away } from "../../chaos/faults/workloads.ts";
import { driveOrders } from "../../landscape/driver/index.ts";
import { aged } from "./aged.ts";

/** An alert, by the labels that tell it from others of its name. */
export interface Expected {
  readonly name: AlertName;
  readonly labels: Readonly<Record<string, string>>;
}

/** Something that goes wrong, and what Prometheus must say of it. */
export interface Cause {
  readonly title: string;
  readonly alerts: readonly Expected[];
  /** Spans per second of each back end meanwhile. Default: none. */
  readonly load?: number;
  /** Whether they are of requests that went wrong. */
  readonly requests?: boolean;
  readonly run: (live: Live) => Promise<void>;
}

/** An agent tells of a fault of the gateway when that is over: so the fault lasts for a time, and not until the alert. */
async function toldAfterwards(
  live: Live,
  seconds: number,
  fault: (live: Omit<Live, "until">) => Promise<void>,
): Promise<void> {
  const { until, ...given } = live;
  await fault({ ...given, holdMs: seconds * 1_000 });
  await hold(until ? { ...live, until } : live);
}

const backEnds = ["shop", "crm", "mes"].map((home) => ({ home, name: `${home}-api` }));

/**
 * What can be caused within minutes, with the patience of the local stack. Not here: queues that take an hour to fill, spans that
 * only a full disk loses, slow back ends. Those are tried by promtool.
 */
export const causes: Readonly<Record<string, Cause>> = {
  "store-refuses": {
    title: "Elasticsearch refuses what crm writes",
    alerts: [{ name: "TracingStoreErrors", labels: { job: jaegerCollectorName("crm") } }],
    load: 5,
    run: (live) => refused(live, "crm"),
  },
  "certificate-old": {
    title: "the gateway's certificate has not been renewed",
    alerts: [{ name: "TracingCertificateNotRenewed", labels: { job: gatewayName } }],
    run: (live) => aged(live, gatewayName, certificateTtlSeconds * 900),
  },
  "group-away": {
    title: "the Jaeger of mes is away",
    alerts: [
      { name: "TracingTargetDown", labels: { job: jaegerCollectorName("mes") } },
      { name: "TracingDeliveryStalled", labels: { exporter: "otlp_grpc/mes" } },
    ],
    load: 5,
    run: (live) => away(live, "Deployment", jaegerCollectorName("mes")),
  },
  "gateway-away": {
    title: "the gateway is away",
    alerts: [{ name: "TracingTargetDown", labels: { job: gatewayName } }],
    run: (live) => away(live, "Deployment", gatewayName),
  },
  "gateway-knows-nobody": {
    title: "the gateway takes nobody's token, and agents lose what they have",
    alerts: backEnds.map(({ name }) => ({ name: "TracingAgentSpansLost", labels: { service_name: name } })),
    load: 5,
    run: (live) => toldAfterwards(live, 60, knowsNobody),
  },
  "agents-full": {
    title: "the gateway is away until the queues of the agents are full",
    alerts: backEnds.map(({ name }) => ({ name: "TracingAgentSpansRefused", labels: { service_name: name } })),
    load: 200,
    run: (live) => toldAfterwards(live, 120, (fault) => away(fault, "Deployment", gatewayName)),
  },
  "sampler-away": {
    title: "the sampler is away, and the gateway's queue is full",
    alerts: [
      { name: "TracingTargetDown", labels: { job: samplerName } },
      { name: "TracingQueueFilling", labels: { job: gatewayName } },
      { name: "TracingSpansRefused", labels: { job: gatewayName } },
    ],
    load: 200,
    run: (live) => away(live, "StatefulSet", samplerName),
  },
  "store-away": {
    title: "Elasticsearch is away",
    alerts: [{ name: "TracingDeliveryStalled", labels: { exporter: "otlp_grpc/shop" } }],
    load: 5,
    run: (live) => away(live, "StatefulSet", elasticsearchName),
  },
  "back-ends-fail": {
    title: "every request of the back ends goes wrong",
    alerts: backEnds.map(({ name }) => ({
      name: "ServiceErrorBudgetBurns",
      labels: { service: name, severity: "critical" },
    })),
    load: 5,
    requests: true,
    run: hold,
  },
  "consumer-away": {
    title: "CRM asks for prices, and MES is away",
    alerts: [
      { name: "EdgeSilent", labels: { edge: "crm-api -> messages-queue -> mes-api" } },
      { name: "OrdersStandTooLong", labels: { step: "price-requested" } },
    ],
    run: async (live) => {
      const { signal, progress } = live;
      // The alert is about back ends that work, so they do until it fires.
      const asking = new AbortController();
      const orders = async () => {
        while (!asking.signal.aborted) {
          await driveOrders({ count: 4, leave: "price-requested", signal, onProgress: progress });
          await hold({ holdMs: 20_000, signal: AbortSignal.any([signal, asking.signal]) }).catch(() => undefined);
        }
      };
      let driving: Promise<void> | undefined;
      const until = async () => {
        driving = orders();
        await Promise.race([live.until?.(), driving]);
      };
      try {
        await away({ ...live, until }, "Deployment", "mes-api", "mes");
      } finally {
        asking.abort();
        await driving;
      }
    },
  },
  "back-ends-away": {
    title: "all back ends are away",
    alerts: [{ name: "TracingNoSpans", labels: {} }],
    run: async (live) => {
      await Promise.all(backEnds.map(({ home, name }) => away(live, "Deployment", name, home)));
    },
  },
};
