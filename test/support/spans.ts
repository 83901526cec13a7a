import { resolveLandscape } from "../../config/landscape.ts";
import type { Settings } from "../../config/settings.ts";
import { spanKind, type Span } from "../../lib/jaeger/span.ts";
import { catalogue } from "../fixtures/landscape.ts";

export const landscapeWith = (services: Settings["services"] = {}, required: string[] = []) =>
  resolveLandscape(catalogue, {
    cluster: { namespace: "tracing" },
    services,
    stores: {},
    proof: { required, links: [], lookbackMinutes: 60 },
  });
export const landscape = landscapeWith();
export const edge = (id: string) => {
  const found = landscape.edges.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no edge ${id}`);
  return found.definition;
};
/** The group of each service. */
export const groups: Record<string, string> = { "shop-api": "shop", "crm-api": "crm", "mes-api": "mes" };
export const order = "0b7e2c9a-6f0e-4f5a-9a3d-2f6f9f1d8c11";

let counter = 0;
/** A span with the fields that matter; ids are unique unless given. */
export function span(service: string, kind: keyof typeof spanKind, attributes = {}, more: Partial<Span> = {}): Span {
  counter += 1;
  return {
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId: counter.toString(16).padStart(16, "0"),
    name: "",
    kind: spanKind[kind],
    start: 1_000,
    end: more.start ?? 1_000,
    failed: false,
    service,
    group: groups[service],
    attributes,
    links: [],
    ...more,
  };
}
