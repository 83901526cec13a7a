import "../support/without-sdks.ts";
import { agentConfig } from "../../components/collector/agent-config.ts";
import { gatewayConfig } from "../../components/collector/gateway-config.ts";
import { batchMaxBytes, memoryQueueBytes, receiverLimitMib } from "../../components/otel/message-sizes.ts";
import { samplerConfig } from "../../components/collector/sampler-config.ts";
import { goMemoryLimit, memoryLimiter } from "../../components/otel/collector-parts.ts";
import { jaegerCollectorConfig } from "../../components/jaeger/config.ts";
import { context, contextOf, external } from "../support/context.ts";

/** Sizes that different parts have, and that must fit each other. */
const gateway = gatewayConfig(context);
const sampler = samplerConfig(context);
const jaeger = jaegerCollectorConfig(context, "shop");

test("every receiver inside of the stack takes at least twice what a sender puts into a message", () => {
  const receivers = [gateway, sampler, jaeger].map(
    ({ receivers }) => receivers.otlp.protocols.grpc.max_recv_msg_size_mib,
  );
  const largest = Math.max(...Object.values(batchMaxBytes));
  for (const limit of receivers) expect(largest).toBeLessThanOrEqual((limit * 2 ** 20) / 2);
  expect(receivers).toEqual([receiverLimitMib, receiverLimitMib, receiverLimitMib]);
});

test("every sender that batches counts bytes", () => {
  const { batch } = agentConfig(context.settings.sizes.agent, context.landscape.services[0]!).exporters.otlp_grpc
    .sending_queue;
  expect(batch).toMatchObject({ sizer: "bytes", max_size: batchMaxBytes.agent });
  for (const { sending_queue } of Object.values(sampler.exporters)) {
    expect(sending_queue.batch).toMatchObject({ sizer: "bytes", max_size: batchMaxBytes.sampler });
  }
  // The gateway splits by trace and never puts batches together.
  expect(gateway.exporters.load_balancing.sending_queue).not.toHaveProperty("batch");
});

test("agents that are connected and send nothing do not take a gateway's memory", () => {
  const { read_buffer_size } = gateway.receivers.otlp.protocols.grpc;
  const { limit_mib } = gateway.processors.memory_limiter;
  const connections = 1_000;
  expect((connections * read_buffer_size) / 2 ** 20).toBeLessThan(limit_mib / 4);
});

test("what 300 agents have under way at once fits beside a gateway's limit", () => {
  const { sending_queue } = agentConfig(context.settings.sizes.agent, context.landscape.services[0]!).exporters
    .otlp_grpc;
  const underWay = 300 * sending_queue.num_consumers * sending_queue.batch.max_size;
  expect(underWay / 2 ** 20).toBeLessThan(context.settings.sizes.gateway.memoryMib / 3);
});

test.each([64, 96, 128, 256, 384, 512, 4096])("in %p MiB Go collects garbage before the limiter refuses", (limit) => {
  const { limit_mib, spike_limit_mib } = memoryLimiter(limit);
  expect(limit_mib - spike_limit_mib).toBeGreaterThan(Number.parseInt(goMemoryLimit(limit).value));
  expect(limit_mib).toBeLessThan(limit);
});

test.each(
  [256, 512, 4096].flatMap((memoryMib) => [
    ["sampler", memoryMib, samplerConfig] as const,
    ["gateway", memoryMib, gatewayConfig] as const,
  ]),
)("the %s of %p MiB looks before spans fill what is left above its limit", (name, memoryMib, config) => {
  // What a core takes in of large spans, MiB a second, and what of it is there twice: as a message and as spans.
  const [fastest, copies] = [150, 2];
  const { settings } = context;
  const sizes = { ...settings.sizes, [name]: { ...settings.sizes[name], memoryMib } };
  const { limit_mib, spike_limit_mib, check_interval } = config({
    ...context,
    settings: { ...settings, sizes },
  }).processors.memory_limiter;
  const seconds = Number.parseInt(check_interval) / (check_interval.endsWith("ms") ? 1000 : 1);
  expect(fastest * copies * seconds).toBeLessThan(memoryMib - (limit_mib - spike_limit_mib));
});

test.each([
  ["as many as are asked for", { queueSpans: 3000, memoryMib: 96 }, 4_800_000],
  ["no more than there is memory for", { queueSpans: 100_000, memoryMib: 96 }, 8 * 2 ** 20],
  ["no less than a batch begins with", { queueSpans: 55, memoryMib: 96 }, 500_000],
])("what waits in memory is bounded by bytes: %s", (_, size, bytes) => {
  expect(memoryQueueBytes(size)).toBe(bytes);
});

test("every hop packs alike, and so that the next one can read it", () => {
  const hops = [
    agentConfig(context.settings.sizes.agent, context.landscape.services[0]!).exporters.otlp_grpc,
    gateway.exporters.load_balancing.protocol.otlp,
    ...Object.values(sampler.exporters),
  ];
  for (const hop of hops) expect(hop.compression).toBe("snappy");
});

test("Jaeger packs what it writes only on the way out of the cluster", () => {
  const packs = (of: typeof context) =>
    jaegerCollectorConfig(of, "shop").extensions.jaeger_storage.backends.store.elasticsearch.http_compression;
  expect(packs(context)).toBe(false);
  expect(packs(contextOf({ elasticsearch: external }))).toBe(true);
});

test("too many undecided traces make the sender wait, and are not thrown away", () => {
  expect(sampler.processors.tail_sampling.block_on_overflow).toBe(true);
});

test("nobody gives an attempt up while the next one still works on it: what it has taken would be stored twice", () => {
  const seconds = ({ timeout }: { timeout: string }) => Number.parseInt(timeout);
  const { decisionWaitSeconds } = context.settings.sizes.sampler;
  // The sampler lets a full waiting room in again once in a decision's time.
  expect(seconds(gateway.exporters.load_balancing.protocol.otlp)).toBeGreaterThanOrEqual(30 * decisionWaitSeconds);
  // The outer timeout is around all inner attempts; without one it would be 5 s.
  expect(seconds(gateway.exporters.load_balancing)).toBeGreaterThan(
    seconds(gateway.exporters.load_balancing.protocol.otlp),
  );
  expect(gateway.exporters.load_balancing.sending_queue.num_consumers).toBeLessThan(10);
  expect(
    seconds(agentConfig(context.settings.sizes.agent, context.landscape.services[0]!).exporters.otlp_grpc),
  ).toBeGreaterThan(5);
  // Jaeger writes what it was handed however long Elasticsearch is away: an attempt that is given up is stored twice.
  for (const exporter of Object.values(sampler.exporters)) expect(exporter).toMatchObject({ timeout: "24h" });
});

test.each([
  ["sampler", sampler.receivers, [gateway.exporters.load_balancing.protocol.otlp]],
  ["Jaeger", jaeger.receivers, Object.values(sampler.exporters)],
])("the %s suffers the pings of those who wait: else it would end their connection", (_, receivers, senders) => {
  const seconds = (time: string) => Number.parseInt(time);
  const { enforcement_policy } = receivers.otlp.protocols.grpc.keepalive;
  for (const { keepalive } of senders) {
    expect(seconds(enforcement_policy.min_time)).toBeLessThan(seconds(keepalive.time));
    expect(enforcement_policy.permit_without_stream).toBe(keepalive.permit_without_stream);
  }
});

test("a sampler that is away is tried again alone, before the whole batch goes to all", () => {
  const { retry_on_failure, sending_queue } = gateway.exporters.load_balancing.protocol.otlp;
  expect(retry_on_failure).toMatchObject({ enabled: true, max_elapsed_time: "60s" });
  expect(sending_queue).toEqual({ enabled: false });
  expect(gateway.exporters.load_balancing.retry_on_failure).toMatchObject({ max_elapsed_time: "0s" });
});
