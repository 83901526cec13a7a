import type { Page } from "playwright-core";
import { z } from "zod";
import { attributes as keys } from "../../../lib/attributes.ts";
import { catalogue } from "../../landscape/catalogue.ts";
import { waitFor } from "../../wait.ts";
import { fetchInPage } from "./browser.ts";

const services = Object.keys(catalogue.services);
const hourMs = 60 * 60 * 1000;

/** The sampler alone takes some twelve seconds, and an order is seen to its end before. */
const patienceMs = 60_000;

/** What is read of Jaeger's answer to its own pages. */
const traces = z.object({
  data: z.array(
    z.object({
      traceID: z.string(),
      spans: z.array(
        z.object({ processID: z.string(), tags: z.array(z.object({ key: z.string(), value: z.unknown() })) }),
      ),
      processes: z.record(z.string(), z.object({ serviceName: z.string() })),
    }),
  ),
});

/** A span that somebody sees. */
export interface SeenSpan {
  readonly traceId: string;
  readonly service: string;
}

/**
 * Spans of a service's traces of the last hour, or of those of one order, as Jaeger's own pages ask for them: the newer
 * interface does not look at tags before 2.19, and the newest traces may all be others'.
 */
export async function search(page: Page, service: string, order?: string): Promise<SeenSpan[]> {
  const now = Date.now();
  const query = new URLSearchParams({
    service,
    start: `${now - hourMs}000`,
    end: `${now}000`,
    limit: "50",
    ...(order !== undefined && { tags: JSON.stringify({ [keys.orderId]: order }) }),
  });
  const { status, text } = await fetchInPage(page, `/api/traces?${query.toString()}`);
  if (status !== 200) throw new Error(`searching ${service} was answered with ${status}`);
  return traces
    .parse(JSON.parse(text))
    .data.flatMap(({ traceID, spans, processes }) =>
      spans
        .filter(
          ({ tags }) => order === undefined || tags.some(({ key, value }) => key === keys.orderId && value === order),
        )
        .map(({ processID }) => ({ traceId: traceID, service: processes[processID]?.serviceName ?? "" })),
    );
}

/** Spans of an order, in all services that the view shows. */
export async function spansOfOrder(page: Page, order: string): Promise<SeenSpan[]> {
  return (await Promise.all(services.map((service) => search(page, service, order)))).flat();
}

/** The same, when all services have been seen, or whatever there is when the time is up. */
export async function spansOfWholeOrder(page: Page, order: string): Promise<SeenSpan[]> {
  let spans: SeenSpan[] = [];
  const whole = async () => {
    spans = await spansOfOrder(page, order);
    return servicesOf(spans).length === services.length;
  };
  await waitFor(whole, { limit: patienceMs, every: 2_000 });
  return spans;
}

/** Services of spans, for people. */
export function servicesOf(spans: readonly SeenSpan[]): string[] {
  return [...new Set(spans.map(({ service }) => service))].sort();
}

/** Id of the trace that most of the spans are in. */
export function longestTrace(spans: readonly SeenSpan[]): string {
  const counts = new Map<string, number>();
  for (const { traceId } of spans) counts.set(traceId, (counts.get(traceId) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? "";
}
