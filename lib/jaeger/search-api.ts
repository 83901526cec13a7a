import { z } from "zod";
import { attributes as keys } from "../attributes.ts";
import { exceptionOf, spanKind, type Span } from "./span.ts";

/**
 * Jaeger's older search, `/api/traces`: the one that filters by attributes before 2.19. It answers in the form of the web
 * pages: times in microseconds, what OTLP has fields for as tags. Versions after 2.20 have it no more.
 */
const tag = z.object({ key: z.string(), type: z.string().default("string"), value: z.unknown() });
const tags = z
  .array(tag)
  .nullish()
  .transform((list) => {
    const scalars = (list ?? []).filter(({ type, value }) => type !== "binary" && typeof value !== "object");
    return Object.fromEntries(scalars.map(({ key, value }) => [key, String(value)]));
  });
const reference = z.object({ refType: z.string(), traceID: z.string(), spanID: z.string() });

export const searchAnswerSchema = z.object({
  data: z
    .array(
      z.object({
        spans: z.array(
          z.object({
            traceID: z.string(),
            spanID: z.string(),
            operationName: z.string().default(""),
            references: z.array(reference).nullish(),
            startTime: z.number(),
            duration: z.number().default(0),
            tags,
            logs: z.array(z.object({ fields: tags })).nullish(),
            processID: z.string().default(""),
          }),
        ),
        processes: z.record(z.string(), z.object({ serviceName: z.string().default(""), tags })).default({}),
      }),
    )
    .nullish(),
});

/** Flattens an answer of the older search into the spans that the newer interface would give. */
export function spansOfSearch({ data }: z.infer<typeof searchAnswerSchema>): Span[] {
  return (data ?? []).flatMap(({ spans, processes }) =>
    spans.map((span): Span => {
      const references = (span.references ?? []).map(({ refType, traceID, spanID }) => ({
        refType,
        traceId: fullTraceId(traceID),
        spanId: spanID,
      }));
      const traceId = fullTraceId(span.traceID);
      const parent = references.find((to) => to.refType === "CHILD_OF" && to.traceId === traceId);
      const process = processes[span.processID];
      return {
        traceId,
        spanId: span.spanID,
        parentId: parent?.spanId,
        name: span.operationName,
        kind: spanKind[span.tags["span.kind"] as keyof typeof spanKind] ?? 0,
        start: span.startTime / 1e3,
        end: (span.startTime + span.duration) / 1e3,
        failed: span.tags["otel.status_code"] === "ERROR",
        exception: exceptionOf((span.logs ?? []).map(({ fields }) => fields)),
        service: process?.serviceName ?? "",
        group: process?.tags[keys.group],
        attributes: span.tags,
        links: references.filter((to) => to !== parent).map(({ traceId, spanId }) => ({ traceId, spanId })),
      };
    }),
  );
}

/** This interface leaves out leading zeros of a trace's id in 16 digits. */
function fullTraceId(id: string): string {
  return id.padStart(32, "0");
}
