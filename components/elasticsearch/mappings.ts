import type { Kept } from "../../config/retention.ts";

/** Longer values are stored, but not searchable: Jaeger's own limit. */
const keyword = { type: "keyword", ignore_above: 256 };
const long = { type: "long" };

/** Key and value of a tag. Nested, so that a search for a pair does not match key and value of different tags. */
const tags = { type: "nested", dynamic: false, properties: { key: keyword, value: keyword, type: keyword } };

const tagFields = (path: string) => ({ mapping: keyword, path_match: path });
const dynamic_templates = [{ span_tags_map: tagFields("tag.*") }, { process_tags_map: tagFields("process.tag.*") }];

/**
 * Field types of the documents that are stored. Those that Jaeger writes, the local one and the newest, are from
 * `jaeger elasticsearch-mappings --es-version 8`.
 */
export const mappings: Record<Kept, object> = {
  span: {
    dynamic_templates,
    properties: {
      traceID: keyword,
      parentSpanID: keyword,
      spanID: keyword,
      operationName: keyword,
      startTime: long,
      startTimeMillis: { type: "date", format: "epoch_millis" },
      duration: long,
      flags: { type: "integer" },
      logs: { type: "nested", dynamic: false, properties: { timestamp: long, fields: tags } },
      process: { properties: { serviceName: keyword, tag: { type: "object" }, tags } },
      references: {
        type: "nested",
        dynamic: false,
        properties: { refType: keyword, traceID: keyword, spanID: keyword },
      },
      tag: { type: "object" },
      tags,
    },
  },
  service: { dynamic_templates, properties: { serviceName: keyword, operationName: keyword } },
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
