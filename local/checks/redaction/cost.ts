import { readRecording } from "../../bench/load/recording.ts";
import { attribute, type ResourceSpans } from "../../../lib/planted/otlp.ts";
import { gatewayProcessors, startGateway, tokenOf, type Gateway } from "./gateway.ts";
import { realisticRequest } from "./traffic.ts";

/** Spans that go through each gateway, in turns, so that both feel the same of what else runs on the machine. */
const spans = 10_000;
const turns = 10;
const sender = { namespace: "shop", serviceAccount: "shop-api" };

/** Made-up requests: spans of a request, and how many of them failed with a stack trace. */
const loads = [
  // What a back end makes of an order or two in the 200 ms that its agent waits.
  { title: "8 spans a request", size: 8, failed: 0 },
  { title: "40 spans a request", size: 40, failed: 0 },
  { title: "40 spans a request, one of them failed", size: 40, failed: 1 },
] as const;

const frame = "\n\tat org.springframework.web.filter.OncePerRequestFilter.doFilter(OncePerRequestFilter.java:116)";

/** The request, with so many of its spans failed as the Java agent writes it. */
function withFailures(request: ResourceSpans[], count: number): ResourceSpans[] {
  const message = `null value in column "price_cents" of relation "jobs" violates not-null constraint`;
  const failed = request.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)).slice(0, count);
  for (const span of failed) {
    const values = {
      "exception.type": "org.postgresql.util.PSQLException",
      "exception.message": message,
      "exception.stacktrace": `org.postgresql.util.PSQLException: ${message}${frame.repeat(14)}`,
    };
    const attributes = Object.entries(values).map(([key, value]) => attribute(key, value));
    span.events = [{ timeUnixNano: span.startTimeUnixNano, name: "exception", attributes }];
  }
  return request;
}

/** Prints what the redaction costs. A measurement, not a test: it never fails. */
export async function printCost(): Promise<void> {
  const recorder = await startGateway({});
  const all = gatewayProcessors();
  const without = Object.fromEntries(
    Object.entries(all).filter(([name]) => !/claims|links|expose|^redaction$|restore/.test(name)),
  );
  const gateways = { without: await startGateway(without), with: await startGateway(all) };
  const recording = await readRecording();
  const recorded = {
    title: "the driver's orders, as they were recorded",
    requests: recording.map(({ body }) => body),
    size: recording.reduce((sum, { spans }) => sum + spans, 0) / recording.length,
    count: recording.length,
  };
  const made: (typeof recorded)[] = [];
  for (const { title, size, failed } of loads) {
    const requests: Buffer[] = [];
    for (const runtime of ["java", "node"] as const) {
      requests.push((await recorder.send(withFailures(realisticRequest(runtime, size), failed), sender)).raw);
    }
    made.push({ title, requests, size, count: spans / turns / size });
  }
  for (const { title, requests, size, count } of [recorded, ...made]) {
    const cpu = { without: 0, with: 0 };
    // The first turn only warms up.
    for (let turn = 0; turn <= turns; turn++) {
      for (const name of ["without", "with"] as const) {
        const seconds = await cpuOf(gateways[name], requests, count);
        if (turn > 0) cpu[name] += seconds;
      }
    }
    const milliseconds = (seconds: number) => `${((seconds * 1e6) / (turns * count * size)).toFixed(1)} ms`;
    console.log(
      `${title}: ${milliseconds(cpu.without)} of CPU for 1,000 spans without redaction, ${milliseconds(cpu.with)} with it: ` +
        `${(cpu.with / cpu.without).toFixed(2)} times`,
    );
  }
  await Promise.all([recorder, ...Object.values(gateways)].map((gateway) => gateway.stop()));
}

/** CPU seconds that a gateway uses for so many requests. */
async function cpuOf(gateway: Gateway, requests: readonly Buffer[], count: number): Promise<number> {
  const token = tokenOf(sender);
  const before = await gateway.cpuSeconds();
  for (let sent = 0; sent < count; sent++) await gateway.sendRaw(requests[sent % requests.length]!, token);
  return (await gateway.cpuSeconds()) - before;
}
