import type { Span } from "../../lib/jaeger/span.ts";
import { order, span } from "./spans.ts";

/**
 * Spans of orders as the instrumentations of the back ends make them: names, kinds, attributes and parents are those that
 * the agents of Java and Node.js wrote, and the gateway let through.
 */
const minute = 60_000;
/** When the first request of an order is answered. */
const begin = Date.parse("2026-11-20T10:00:00Z");
export const at = (minutes: number) => begin + minutes * minute;

interface Request {
  /** HTTP status of the answer. Default 200. */
  status?: number;
  id?: string;
  /** Minutes after `begin`. */
  at: number;
}

const hex = (text: string) => Buffer.from(text).toString("hex").padEnd(32, "0").slice(0, 32);

/** A request of a front end, as its back end's server span, with a database call below. */
export function request(service: string, what: string, { status = 200, id = order, at: minutes }: Request): Span[] {
  const [method, route] = what.split(" ") as [string, string];
  const traceId = hex(`${minutes}${what}${id.slice(0, 4)}`);
  const isNode = service === "mes-api";
  const times = { start: at(minutes), end: at(minutes) + 40 };
  const attributes = isNode
    ? {
        "http.method": method,
        "http.url": `http://127.0.0.1:40255${route.replace("{id}", id)}`,
        "http.target": route.replace("{id}", id),
        "http.route": route.replace("{id}", ":id"),
        "http.status_code": String(status),
      }
    : {
        "http.request.method": method,
        "http.route": route,
        "url.path": route.replace("{id}", id),
        "http.response.status_code": String(status),
      };
  const name = isNode ? `${method} ${route.replace("{id}", ":id")}` : what;
  const failed = status >= 500;
  const server = span(service, "server", { ...attributes, "order.id": id }, { traceId, name, failed, ...times });
  const host = isNode ? { "net.peer.name": "mes-db.mes.svc" } : { "server.address": "shop-db.shop.svc" };
  const query = span(
    service,
    "client",
    { "db.system": "postgresql", ...host },
    { traceId, parentId: server.spanId, name: "SELECT shop.orders", start: times.start + 5, end: times.start + 10 },
  );
  return [server, query];
}

/** The producer span of a message, below a span. */
export function sent(from: Span, routingKey: string, id = order): Span {
  const isNode = from.service === "mes-api";
  const start = from.start + 20;
  const attributes = isNode
    ? {
        "messaging.destination": "orders",
        "messaging.destination_kind": "topic",
        "messaging.rabbitmq.routing_key": routingKey,
        "messaging.conversation_id": id,
      }
    : { "messaging.destination.name": "orders", "messaging.rabbitmq.destination.routing_key": routingKey };
  return span(
    from.service,
    "producer",
    { "messaging.system": "rabbitmq", "order.id": id, ...attributes },
    {
      traceId: from.traceId,
      parentId: from.spanId,
      name: isNode ? "publish orders" : "orders publish",
      start,
      end: start + 3,
    },
  );
}

/**
 * The consumer spans of a message that was sent: one of MES; two of the Java agent side by side, of which Spring's takes the
 * routing key for the destination.
 */
export function taken(
  producer: Span,
  service: string,
  queue: string,
  { afterMs = 100, ...changes }: Partial<Span> & { afterMs?: number } = {},
): Span[] {
  const start = producer.start + afterMs;
  const { traceId, spanId: parentId, attributes: message } = producer;
  const common = { traceId, parentId, name: `${queue} process`, start, end: start + 500, ...changes };
  const key = message["messaging.rabbitmq.routing_key"] ?? message["messaging.rabbitmq.destination.routing_key"]!;
  const attributes = {
    "messaging.system": "rabbitmq",
    "messaging.operation": "process",
    "order.id": message["order.id"]!,
  };
  if (service === "mes-api") {
    const own = { "messaging.destination": "orders", "messaging.rabbitmq.routing_key": key };
    return [span(service, "consumer", { ...attributes, ...own }, common)];
  }
  const client = { "messaging.destination.name": "orders", "messaging.rabbitmq.destination.routing_key": key };
  return [
    span(service, "consumer", { ...attributes, ...client }, common),
    span(
      service,
      "consumer",
      { ...attributes, "messaging.destination.name": key },
      { ...common, name: `${key} process`, start: start + 5 },
    ),
  ];
}

/** Customer's side, till the order is submitted. */
export function submitted(id = order): Span[] {
  return [
    ...request("shop-api", "PUT /orders/{id}/file", { at: 0, id, status: 200 }),
    ...request("shop-api", "POST /orders/{id}/submit", { at: 1, id }),
    ...request("shop-api", "GET /orders/{id}", { at: 2, id }),
  ];
}

/** The seller's request for a price, and the message to MES. */
export function priceRequested(id = order): { spans: Span[]; message: Span } {
  const spans = request("crm-api", "POST /orders/{id}/price-request", { at: 30, id, status: 202 });
  const message = sent(spans[0]!, "order.price-requested", id);
  return { spans: [...spans, message], message };
}

/** MES's answer to it, and that CRM took it. */
export function priced(message: Span, routingKey = "order.priced"): Span[] {
  const failed = routingKey !== "order.priced";
  const [work] = taken(message, "mes-api", "mes.price-requests", { failed, end: message.start + 3 * minute });
  const file = span(
    "mes-api",
    "client",
    { "rpc.service": "S3", "server.address": "files-storage.mes.svc" },
    { traceId: work!.traceId, parentId: work!.spanId, start: work!.start + 10, end: work!.start + 20 },
  );
  const answer = {
    ...sent(work!, routingKey, message.attributes["order.id"]),
    start: work!.end - 10,
    end: work!.end - 5,
  };
  return [work!, file, answer, ...taken(answer, "crm-api", "crm.prices")];
}

/** A decision of the seller that MES took. */
export function decided(what: "approve" | "reject", minutes: number, id = order): Span[] {
  const spans = request("crm-api", `POST /orders/{id}/${what}`, { at: minutes, id });
  const message = sent(spans[0]!, what === "approve" ? "order.approved" : "order.rejected", id);
  return [...spans, message, ...taken(message, "mes-api", "mes.decisions")];
}

/** A step of the workshop, and that CRM was told. */
function worked(what: "start" | "complete" | "package" | "ship", minutes: number, id = order): Span[] {
  const spans = request("mes-api", `POST /orders/{id}/${what}`, { at: minutes, id });
  const message = sent(spans[0]!, "order.status-changed", id);
  return [...spans, message, ...taken(message, "crm-api", "crm.statuses")];
}

/** An order that went all the way. */
export function closed(id = order): Span[] {
  const { spans, message } = priceRequested(id);
  return [
    ...submitted(id),
    ...spans,
    ...priced(message),
    ...decided("approve", 60, id),
    ...worked("start", 100, id),
    ...worked("complete", 200, id),
    ...worked("package", 210, id),
    ...worked("ship", 220, id),
    ...request("crm-api", "POST /orders/{id}/close", { at: 300, id }),
  ];
}
