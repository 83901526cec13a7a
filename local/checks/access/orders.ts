import type { Page } from "playwright-core";
import { attributes as keys } from "../../../lib/attributes.ts";
import { spansOf, tracesDataSchema, type Span } from "../../../lib/jaeger/span.ts";
import { catalogue } from "../../landscape/catalogue.ts";
import { fetchInPage } from "./browser.ts";

const services = Object.keys(catalogue.services);
const day = 24 * 60 * 60 * 1000;

/** Spans of a service, or of one order in it, as the page's own scripts would ask for them. */
export async function search(page: Page, service: string, order?: string): Promise<Span[]> {
  const now = Date.now();
  const query = new URLSearchParams({
    "query.service_name": service,
    "query.start_time_min": new Date(now - day).toISOString(),
    "query.start_time_max": new Date(now).toISOString(),
    "query.num_traces": "200",
    ...(order && { "query.attributes": JSON.stringify({ [keys.orderId]: order }) }),
  });
  const { status, text } = await fetchInPage(page, `/api/v3/traces?${query.toString()}`);
  if (status === 404) return [];
  if (status !== 200) throw new Error(`searching ${service} was answered with ${status}`);
  const spans = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .flatMap((line) => spansOf(tracesDataSchema.parse((JSON.parse(line) as { result: unknown }).result)));
  // Jaeger before 2.19 does not look at attributes.
  return order === undefined ? spans : spans.filter(({ attributes }) => attributes[keys.orderId] === order);
}

/** Spans of an order, in all services that the view shows. */
export async function spansOfOrder(page: Page, order: string): Promise<Span[]> {
  return (await Promise.all(services.map((service) => search(page, service, order)))).flat();
}

/**
 * An order of the last day that went through all services.
 *
 * @throws if the view shows none
 */
export async function wholeOrder(page: Page): Promise<string> {
  const found = await Promise.all(services.map((service) => search(page, service)));
  const orders = services.map(
    (service, index) =>
      new Set(
        found[index]!.filter((span) => span.service === service).flatMap(
          ({ attributes }) => attributes[keys.orderId] ?? [],
        ),
      ),
  );
  const whole = [...orders[0]!].find((order) => orders.every((known) => known.has(order)));
  if (whole !== undefined) return whole;
  const counts = services.map((service, index) => `${orders[index]!.size} in ${service}`).join(", ");
  throw new Error(
    `no order of the last day is in all services (${counts}): drive some with local/landscape/driver/main.ts`,
  );
}

/** Services of spans, for people. */
export function servicesOf(spans: readonly Span[]): string[] {
  return [...new Set(spans.map(({ service }) => service))].sort();
}
