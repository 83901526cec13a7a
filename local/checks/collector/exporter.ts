import { randomBytes } from "node:crypto";
import type { Client, Metadata, ServiceError } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import { attribute, field, message, time } from "../../otlp-wire.ts";

/** Whether a collector says by this that it would take the same later. */
export const isBackPressure = (error: unknown): boolean => (error as ServiceError).code === status.UNAVAILABLE;

/** Sends a request by OTLP over gRPC, as collectors do among each other. @throws its answer, if it is not taken. */
export function exportTraces(to: Client, request: Buffer, metadata: Metadata): Promise<true> {
  const path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
  const same = (bytes: Buffer) => bytes;
  return new Promise((resolve, reject) => {
    to.makeUnaryRequest(path, same, same, request, metadata, (error) => (error ? reject(error) : resolve(true)));
  });
}

/**
 * A request of new spans of one resource, ten a trace, in the form that costs both sides least.
 *
 * @param bytes of one attribute that each span has, whose key the redaction lets through.
 */
export function largeSpans(
  resource: Readonly<Record<string, string>>,
  { spans, bytes }: { spans: number; bytes: number },
): Buffer {
  const now = BigInt(Date.now()) * 1_000_000n;
  const filling = field(9, attribute("code.function.name", "x".repeat(bytes)));
  const one = (trace: Buffer) =>
    field(2, message(field(1, trace), field(2, randomBytes(8)), time(7, now), time(8, now), filling));
  const all = Array.from({ length: Math.ceil(spans / 10) }, () => randomBytes(16))
    .flatMap((trace) => Array.from({ length: 10 }, () => one(trace)))
    .slice(0, spans);
  const described = Object.entries(resource).map(([key, value]) => field(1, attribute(key, value)));
  return message(field(1, message(field(1, message(...described)), field(2, message(...all)))));
}
