import { z } from "zod";
import { attributes as keys } from "../attributes.ts";

/** Numbers of OTLP's `SpanKind`. */
export const spanKind = { server: 2, client: 3, producer: 4, consumer: 5 } as const;

/** OTLP's `StatusCode` of a span that failed. */
const statusError = 2;

/** What the commands read of a span. */
export interface Span {
  traceId: string;
  spanId: string;
  /** Absent: the root of its trace. The parent itself may be in another service, or be hidden from the view. */
  parentId?: string;
  name: string;
  /** See `spanKind`. */
  kind: number;
  /** Milliseconds since 1970. */
  start: number;
  end: number;
  /** The instrumentation calls it an error. A refused request (HTTP 4xx) is none, by OpenTelemetry's conventions. */
  failed: boolean;
  /** Class of the last exception that it recorded. Not its message: that may say anything. */
  exception?: string;
  /** Name of the back end, as the gateway stamped it. */
  service: string;
  /** Visibility group, as the gateway stamped it. */
  group?: string;
  /** `namespace/account` of a sender that the catalogue does not know, as the gateway stamped it. */
  sender?: string;
  /** Scalars as text, other values left out. */
  attributes: Readonly<Record<string, string>>;
  /** Span links that lead to other spans. */
  links: readonly { traceId: string; spanId: string }[];
}

/** The spans of one trace that a view shows. */
export interface Trace {
  id: string;
  spans: readonly Span[];
  byId: ReadonlyMap<string, Span>;
}

const value = z.looseObject({
  stringValue: z.string().optional(),
  // 64 bits do not fit a JSON number: OTLP writes them as text, some versions as numbers.
  intValue: z.union([z.string(), z.number()]).optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
});
const attributes = z
  .array(z.object({ key: z.string(), value: value.optional() }))
  .default([])
  .transform((list) => {
    const entries = list.map(({ key, value }) => [
      key,
      value?.stringValue ?? value?.intValue ?? value?.doubleValue ?? value?.boolValue,
    ]);
    return Object.fromEntries(
      entries.filter(([, scalar]) => scalar !== undefined).map(([key, scalar]) => [key, String(scalar)]),
    ) as Record<string, string>;
  });

/** Spans in OTLP JSON, as Jaeger's `/api/v3/traces` gives them: ids in hex, times in nanoseconds as text. */
export const tracesDataSchema = z.object({
  resourceSpans: z
    .array(
      z.object({
        resource: z.object({ attributes }).default({ attributes: {} }),
        scopeSpans: z
          .array(
            z.object({
              spans: z
                .array(
                  z.object({
                    traceId: z.string(),
                    spanId: z.string(),
                    parentSpanId: z.string().optional(),
                    name: z.string().default(""),
                    kind: z.number().default(0),
                    startTimeUnixNano: z.union([z.string(), z.number()]).default(0),
                    endTimeUnixNano: z.union([z.string(), z.number()]).default(0),
                    status: z.object({ code: z.number().default(0) }).default({ code: 0 }),
                    events: z.array(z.object({ attributes })).default([]),
                    attributes,
                    links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
                  }),
                )
                .default([]),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

/** Flattens OTLP: every span with the service and group of its resource. */
export function spansOf({ resourceSpans }: z.infer<typeof tracesDataSchema>): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ parentSpanId, startTimeUnixNano, endTimeUnixNano, status, events, ...span }): Span => ({
        ...span,
        parentId: parentSpanId || undefined,
        start: Number(startTimeUnixNano) / 1e6,
        end: Math.max(Number(startTimeUnixNano), Number(endTimeUnixNano)) / 1e6,
        failed: status.code === statusError,
        exception: exceptionOf(events.map((event) => event.attributes)),
        service: resource.attributes[keys.serviceName] ?? "",
        group: resource.attributes[keys.group],
        sender: senderOf(resource.attributes),
      })),
    ),
  );
}

/** The class of the last exception in the attributes of a span's events. */
export function exceptionOf(events: readonly Readonly<Record<string, string>>[]): string | undefined {
  return events.map((event) => event["exception.type"]).findLast((type) => type !== undefined);
}

function senderOf(resource: Record<string, string>): string | undefined {
  const account = resource[keys.senderAccount];
  return account === undefined ? undefined : `${resource[keys.senderNamespace]}/${account}`;
}

/** Groups spans into traces. A span that came twice (in two answers, or stored twice by a retry) counts once. */
export function tracesOf(spans: Iterable<Span>): Trace[] {
  const traces = new Map<string, Map<string, Span>>();
  for (const span of spans) {
    const trace = traces.get(span.traceId) ?? new Map<string, Span>();
    traces.set(span.traceId, trace.set(span.spanId, span));
  }
  return [...traces].map(([id, byId]) => ({ id, spans: [...byId.values()], byId }));
}
