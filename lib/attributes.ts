/**
 * Attribute keys that the stack itself gives a meaning to. The gateway stamps them, the sampler routes by them, the proof
 * and the documents read them. All other keys are OpenTelemetry's semantic conventions.
 */
export const attributes = {
  /** Resource: which back end sent the span. The gateway writes it by the sender's identity, whatever the span claims. */
  serviceName: "service.name",
  /** Resource: the visibility group of that back end. */
  group: "tracing.group",
  /** Resource, inside of the gateway only: subject of the sender's token. */
  subject: "tracing.subject",
  /** Resource, of an unknown sender only: the service that it says it is. */
  claimedName: "tracing.claimed_name",
  /** Resource, of an unknown sender only: namespace and service account of its token. Not `k8s.*`, which anyone may send. */
  senderNamespace: "tracing.sender.namespace",
  senderAccount: "tracing.sender.service_account",
  /** Span: id of the order that it belongs to. Joins the traces of Shop and CRM. Spans of unknown senders have none. */
  orderId: "order.id",
  /** Span, while the sampler measures it only: the store of the landscape that it talks to. */
  peer: "tracing.peer",
  /** Span, while the sampler measures it only: the same for stores that have no spans of their own. */
  store: "tracing.store",
  /** Span, while the sampler measures it only: the step of an order that it is. */
  step: "tracing.step",
  /** Metric of an agent: the pod that it is in. The gateway writes it by the agent's token. */
  pod: "tracing.pod",
} as const;

/**
 * Attribute keys by which edges and the steps of an order are recognised, in the conventions of all three runtimes, newest
 * first. Redaction must let them through, or a live edge counts as missing.
 */
export const proofAttributes = {
  order: [attributes.orderId],
  host: ["server.address", "net.peer.name", "net.sock.peer.name"],
  path: ["http.route", "url.path", "http.target", "url.full", "http.url"],
  database: ["db.system.name", "db.system"],
  messaging: ["messaging.system"],
  rpcService: ["rpc.service"],
  rpcMethod: ["rpc.method"],
  httpMethod: ["http.request.method", "http.method"],
  httpStatus: ["http.response.status_code", "http.status_code"],
  destination: ["messaging.destination.name", "messaging.destination"],
  routingKey: ["messaging.rabbitmq.destination.routing_key", "messaging.rabbitmq.routing_key"],
  errorType: ["error.type", "exception.type"],
} as const;
