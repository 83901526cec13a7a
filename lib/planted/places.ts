import { attribute, text, type ResourceSpans, type Span, type Value } from "./otlp.ts";

/** A place of a span that can hold a value. */
export interface Place {
  id: string;
  /** Puts a value there, or undefined where the place cannot hold it. */
  put(value: string): Change | undefined;
  /** Why no span is to come out. */
  dropped?: string;
  /** The value may stand in URLs only, so that it must be one that is recognised there. */
  url?: true;
  /** The form in which a value stands there. Default: as it is. */
  coded?: (value: string) => string;
  /** Also holds values that are recognised by nothing: nothing of the place comes out. */
  formless?: true;
}

/** What differs from the plain span. */
export interface Change {
  span?: Partial<Span>;
  resource?: Partial<ResourceSpans["resource"]>;
  scope?: ResourceSpans["scopeSpans"][number]["scope"];
  schemaUrl?: string;
  scopeSchemaUrl?: string;
}

const onSpan = (key: string, wrap: (value: string) => Value | undefined) => (value: string) => {
  const wrapped = wrap(value);
  return wrapped && { span: { attributes: [attribute(key, wrapped)] } };
};
const event = (name: string, key?: string, wrap = (value: string) => value) => ({
  put: (value: string) => ({
    span: {
      events: [
        key === undefined
          ? { timeUnixNano: "1", name: value }
          : { timeUnixNano: "1", name, attributes: [attribute(key, wrap(value))] },
      ],
    },
  }),
});
const link = (part: { traceState?: string; attributes?: Span["attributes"] }) => ({
  span: { links: [{ traceId: "b".repeat(32), spanId: "b".repeat(16), ...part }] },
});
const isNumber = (value: string) => /^[0-9]{1,18}$/.test(value);
const base64 = (value: string) => Buffer.from(value).toString("base64");

const sqlKeys = ["db.statement", "db.query.text"];

/** Every place, with the keys that are let through and one that is not. */
export const places: readonly Place[] = [
  { id: "span name", put: (value) => ({ span: { name: value } }) },
  { id: "status message", put: (value) => ({ span: { status: { code: 2, message: value } } }) },
  { id: "trace state", put: (value) => ({ span: { traceState: `vendor=${value}` } }), formless: true },
  { id: "attribute, text", put: onSpan("messaging.message.id", text) },
  { id: "attribute, text within text", put: onSpan("error.type", (value) => text(`Fault at "${value}", 3 times.`)) },
  {
    id: "attribute, integer",
    put: onSpan("messaging.message.id", (value) => (isNumber(value) ? { intValue: value } : undefined)),
  },
  {
    id: "attribute, fraction",
    put: onSpan("retry.count", (value) =>
      isNumber(value) && value.length < 16 ? { doubleValue: Number(value) } : undefined,
    ),
  },
  {
    id: "attribute, array",
    put: onSpan("messaging.destination.name", (value) => ({ arrayValue: { values: [text("a"), text(value)] } })),
    formless: true,
  },
  {
    id: "attribute, array in an array",
    put: onSpan("messaging.destination.name", (value) => ({
      arrayValue: { values: [{ arrayValue: { values: [text(value)] } }] },
    })),
    formless: true,
  },
  {
    id: "attribute, map",
    put: onSpan("messaging.destination.name", (value) => ({ kvlistValue: { values: [attribute("a", value)] } })),
    formless: true,
  },
  {
    id: "attribute, key of a map",
    put: onSpan("messaging.destination.name", (value) => ({ kvlistValue: { values: [attribute(value, "a")] } })),
    formless: true,
  },
  {
    id: "attribute, bytes",
    // What is ASCII and of ten bytes or more is recognised.
    put: onSpan("messaging.message.id", (value) =>
      /^[ -~]{10,}$/.test(value) ? { bytesValue: base64(value) } : undefined,
    ),
  },
  {
    id: "attribute, Base64",
    coded: base64,
    put: onSpan("messaging.message.id", (value) => (/^[ -~]{10,}$/.test(value) ? text(base64(value)) : undefined)),
  },
  { id: "attribute of an unknown key", put: onSpan("customer.note", text), formless: true },
  { id: "key of an attribute", put: (value) => ({ span: { attributes: [attribute(value, "a")] } }), formless: true },
  { id: "URL, path", put: onSpan("url.path", (value) => text(`/find/${encodeURIComponent(value)}/x`)), url: true },
  {
    id: "URL, query",
    put: (value) => ({
      span: {
        attributes: ["url.full", "http.url", "http.target", "url.path"].map((key) =>
          attribute(key, `http://shop.example/find?${encodeURIComponent(value)}#${value}`),
        ),
      },
    }),
    formless: true,
  },
  { id: "attribute url.query", put: onSpan("url.query", text), formless: true },
  ...sqlKeys.flatMap((key): Place[] => [
    {
      id: `${key}, literal`,
      put: onSpan(key, (value) => text(`SELECT a FROM t WHERE "it's" = '${value.replaceAll("'", "''")}' AND b = 1`)),
      formless: true,
    },
    {
      id: `${key}, comments`,
      put: onSpan(key, (value) => text(`SELECT 1 /* it's ${value} */ FROM t -- it's ${value.replaceAll("\n", " ")}`)),
      formless: true,
    },
    { id: `${key}, dollars`, put: onSpan(key, (value) => text(`SELECT $x$it's ${value}$x$ FROM t`)), formless: true },
    {
      id: `${key}, backslash`,
      put: onSpan(key, (value) => text(String.raw`SELECT E'it\'s ` + `${value}' FROM t`)),
      formless: true,
    },
  ]),
  { id: "event, name", ...event("") },
  { id: "event, attribute", ...event("exception", "exception.type") },
  { id: "event, message", ...event("exception", "exception.message", (value) => `Not found: ${value}`) },
  {
    id: "event, stack trace",
    ...event(
      "exception",
      "exception.stacktrace",
      (value) => `java.lang.Error: ${value}\n\tat shop.A.b(A.java:1)\nCaused by: x.Y: ${value}\n`,
    ),
  },
  {
    id: "event, plain stack trace",
    ...event(
      "exception",
      "exception.stacktrace",
      (value) => `java.lang.Error: ${value}\n\tat shop.A.b(A.java:1)\n\tat shop.Main.main(Main.java:7)`,
    ),
  },
  {
    id: "event, frame",
    ...event(
      "exception",
      "exception.stacktrace",
      (value) => `java.lang.Error: no\n\tat shop.A.b(A.java:1)\n\tat shop. ${value} (Main.java:7)`,
    ),
  },
  { id: "event, unknown key", ...event("x", "customer.note"), formless: true },
  {
    id: "link, attribute",
    put: (value) => link({ attributes: [attribute("messaging.message.id", value)] }),
    dropped: "the collector cannot look into links",
    formless: true,
  },
  {
    id: "link, trace state",
    put: (value) => link({ traceState: `vendor=${value}` }),
    dropped: "the collector cannot look into links",
    formless: true,
  },
  { id: "resource, attribute", put: (value) => ({ resource: { attributes: [attribute("host.name", value)] } }) },
  {
    id: "resource, claimed service",
    put: (value) => ({ resource: { attributes: [attribute("service.name", value)] } }),
  },
  {
    id: "resource, unknown key",
    put: (value) => ({ resource: { attributes: [attribute("process.command_line", value)] } }),
    formless: true,
  },
  { id: "resource, schema", put: (value) => ({ schemaUrl: value }), formless: true },
  { id: "scope, name", put: (value) => ({ scope: { name: value } }) },
  { id: "scope, version", put: (value) => ({ scope: { name: "x", version: value } }) },
  {
    id: "scope, attribute",
    put: (value) => ({ scope: { name: "x", attributes: [attribute("thread.name", value)] } }),
  },
  { id: "scope, schema", put: (value) => ({ scopeSchemaUrl: value }), formless: true },
];

/** What every span of a run has. */
export type Plain = Omit<Span, "kind">;

/** A span alone below its own resource: the plain one with the change. Attributes of both stay. */
export function spanWith({ span, resource, scope, schemaUrl, scopeSchemaUrl }: Change, plain: Plain): ResourceSpans {
  return {
    resource: { attributes: [], ...resource },
    ...(schemaUrl !== undefined && { schemaUrl }),
    scopeSpans: [
      {
        scope: scope ?? { name: "check" },
        ...(scopeSchemaUrl !== undefined && { schemaUrl: scopeSchemaUrl }),
        spans: [
          {
            kind: 3,
            ...plain,
            ...span,
            attributes: [...(plain.attributes ?? []), ...(span?.attributes ?? [])],
          },
        ],
      },
    ],
  };
}
