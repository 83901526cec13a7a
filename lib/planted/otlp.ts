/** An attribute's value in OTLP's JSON. */
export type Value =
  | { stringValue: string }
  | { intValue: string }
  | { doubleValue: number }
  | { boolValue: boolean }
  | { bytesValue: string }
  | { arrayValue: { values: Value[] } }
  | { kvlistValue: { values: Attribute[] } };

export interface Attribute {
  key: string;
  value: Value;
}

/** A span with all that is around it: a request of one span, in OTLP's JSON. */
export interface ResourceSpans {
  resource: { attributes: Attribute[]; entityRefs?: object[] };
  schemaUrl?: string;
  scopeSpans: {
    scope: { name?: string; version?: string; attributes?: Attribute[] };
    schemaUrl?: string;
    spans: Span[];
  }[];
}

export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: Attribute[];
  events?: { timeUnixNano: string; name: string; attributes?: Attribute[] }[];
  links?: { traceId: string; spanId: string; traceState?: string; attributes?: Attribute[] }[];
  status?: { code?: number; message?: string };
}

export const text = (value: string): Value => ({ stringValue: value });
export const attribute = (key: string, value: string | Value): Attribute => ({
  key,
  value: typeof value === "string" ? text(value) : value,
});
