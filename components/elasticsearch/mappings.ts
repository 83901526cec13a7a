import type { Kept } from "../../config/retention.ts";
import { attributes } from "../../lib/attributes.ts";
import { tagDot } from "./names.ts";

/** Longer values are stored, but not searchable: Jaeger's own limit. */
const keyword = { type: "keyword", ignore_above: 256 };
/** Is looked for, but never sorted by or counted over, so that the values need not lie side by side as well. */
const searched = { ...keyword, doc_values: false };
/** Is sorted by, counted over or asked for whether it is there, but never looked for. */
const sorted = { ...keyword, index: false };

/** Tags that Jaeger makes of what a span has beside its attributes. */
const jaegerTags = [
  ...["span.kind", "error", "otel.status_code", "otel.status_description", "otel.scope.name", "otel.scope.version"],
];
/** What the gateway writes into a resource. */
const stamps = [attributes.group, attributes.claimedName, attributes.senderNamespace, attributes.senderAccount];

/**
 * Tags as fields. Those that the gateway lets through are known, and no others are mapped: one that nobody has thought of is
 * stored and shown, and refuses nothing. Jaeger finds none by it.
 */
function tagFields(keys: readonly string[]) {
  const properties = [...new Set(keys)].sort().map((key) => [key.replaceAll(".", tagDot), searched] as const);
  return { type: "object", dynamic: false, properties: Object.fromEntries(properties) };
}

/**
 * Key and value of a tag that is a document of its own, inside of the span's: those of events. Jaeger asks for such tags of
 * spans and processes too, and Elasticsearch refuses what asks for a path that is not there.
 */
const nestedTags = { type: "nested", dynamic: false, properties: { key: searched, value: searched } };

/**
 * Field types of the documents that are stored: what Jaeger asks for, from 2.13 to what comes after 2.20, and no more. What is
 * not named here is stored and shown. `npm run local:search` tries it with the real Jaeger.
 *
 * @param allowed keys of attributes that the gateway lets through.
 */
export function mappings(allowed: readonly string[]): Record<Kept, object> {
  const tags = [...allowed, ...jaegerTags];
  return {
    span: {
      dynamic: false,
      properties: {
        traceID: keyword,
        // Since 2.20 spans are sorted by it, and roots are those without a parent.
        spanID: sorted,
        parentSpanID: sorted,
        operationName: keyword,
        // Microseconds, for the order. Times are looked for by the milliseconds.
        startTime: { type: "long", index: false },
        startTimeMillis: { type: "date", format: "epoch_millis" },
        duration: { type: "long" },
        logs: { type: "nested", dynamic: false, properties: { fields: nestedTags } },
        process: {
          dynamic: false,
          properties: { serviceName: keyword, tag: tagFields([...tags, ...stamps]), tags: nestedTags },
        },
        tag: tagFields(tags),
        tags: nestedTags,
      },
    },
    service: { dynamic: false, properties: { serviceName: keyword, operationName: keyword } },
    // Who read what.
    audit: {
      // A field that a later proxy writes is kept, and refuses nothing.
      dynamic: false,
      properties: {
        // As the proxy writes it, in UTC.
        time: { type: "date", format: "yyyy/MM/dd HH:mm:ss" },
        log: keyword,
        view: keyword,
        roles: keyword,
        person: keyword,
        claimed: keyword,
        groups: keyword,
        method: keyword,
        path: keyword,
        trace: keyword,
        order: keyword,
        service: keyword,
        status: { type: "integer" },
        result: keyword,
        client: keyword,
        id: keyword,
      },
    },
  };
}
