import { attribute, type Attribute, type ResourceSpans, type Span, type Value } from "../../../lib/planted/otlp.ts";

const int = (value: number): Value => ({ intValue: String(value) });
const of = (values: Record<string, string | number>): Attribute[] =>
  Object.entries(values).map(([key, value]) => attribute(key, typeof value === "number" ? int(value) : value));

const order = "0b7e2c9a-6f0e-4f5a-9a3d-2f6f9f1d8c11";

/** Spans of an order's way as the Java agent 2 and Node.js write them, personal data included: kind, name, attributes. */
const java: [number, string, Record<string, string | number>][] = [
  [
    2,
    "POST /api/orders/{id}/files",
    {
      "http.request.method": "POST",
      "http.response.status_code": 201,
      "http.route": "/api/orders/{id}/files",
      "url.scheme": "http",
      "url.path": `/api/orders/${order}/files`,
      "url.query": "email=erika.mustermann%40customer.example",
      "server.address": "shop-api.shop.svc",
      "server.port": 8080,
      "client.address": "10.42.0.17",
      "network.peer.address": "10.42.0.17",
      "network.peer.port": 43122,
      "network.protocol.version": "1.1",
      "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
      "thread.id": 41,
      "thread.name": "http-nio-8080-exec-3",
    },
  ],
  [
    3,
    "SELECT shop.orders",
    {
      "db.system": "postgresql",
      "db.name": "shop",
      "db.user": "shop",
      "db.connection_string": "postgresql://shop-db:5432",
      "db.operation": "SELECT",
      "db.sql.table": "orders",
      "db.statement":
        "select o1_0.id,o1_0.created_at,o1_0.customer_email,o1_0.customer_name,o1_0.status,o1_0.total from orders o1_0 where o1_0.id=?",
      "server.address": "shop-db.shop.svc",
      "server.port": 5432,
      "thread.id": 41,
      "thread.name": "http-nio-8080-exec-3",
    },
  ],
  [
    1,
    "OrderRepository.findById",
    {
      "code.namespace": "shop.OrderRepository",
      "code.function": "findById",
      "thread.id": 41,
      "thread.name": "http-nio-8080-exec-3",
    },
  ],
  [
    4,
    "orders publish",
    {
      "messaging.system": "rabbitmq",
      "messaging.destination.name": "orders",
      "messaging.operation": "publish",
      "messaging.rabbitmq.destination.routing_key": "order.submitted",
      "messaging.message.body.size": 214,
      "network.peer.address": "10.42.0.9",
      "network.peer.port": 5672,
      "network.type": "ipv4",
      "thread.id": 41,
      "thread.name": "http-nio-8080-exec-3",
    },
  ],
];

const node: typeof java = [
  [
    5,
    "orders process",
    {
      "messaging.system": "rabbitmq",
      "messaging.destination": "orders",
      "messaging.destination_kind": "topic",
      "messaging.rabbitmq.routing_key": "order.submitted",
      "messaging.protocol": "AMQP",
      "messaging.protocol_version": "0.9.1",
      "messaging.url": "amqp://rabbitmq.mes.svc:5672",
      "messaging.operation": "process",
      "messaging.conversation_id": order,
      "net.peer.name": "rabbitmq.mes.svc",
      "net.peer.port": 5672,
    },
  ],
  [
    3,
    "pg.query:SELECT mes",
    {
      "db.system": "postgresql",
      "db.connection_string": "postgresql://mes-db.mes.svc:5432/mes",
      "db.name": "mes",
      "db.user": "mes",
      "db.statement":
        "SELECT id, order_id, state, price_cents FROM jobs WHERE order_id = $1 AND state = 'priced' LIMIT 10",
      "net.peer.name": "mes-db.mes.svc",
      "net.peer.port": 5432,
    },
  ],
  [
    3,
    "S3.GetObject",
    {
      "rpc.system": "aws-api",
      "rpc.method": "GetObject",
      "rpc.service": "S3",
      "aws.region": "us-east-1",
      "aws.s3.bucket": "models",
      "http.status_code": 200,
    },
  ],
  [
    3,
    "GET",
    {
      "http.url": `http://s3.mes.svc:9000/models/${order}/part.stl?x-id=GetObject`,
      "http.method": "GET",
      "http.target": `/models/${order}/part.stl?x-id=GetObject`,
      "net.peer.name": "s3.mes.svc",
      "http.host": "s3.mes.svc:9000",
      "net.peer.ip": "10.42.0.11",
      "net.peer.port": 9000,
      "http.status_code": 200,
      "http.status_text": "OK",
      "http.flavor": "1.1",
      "net.transport": "ip_tcp",
      "http.response_content_length_uncompressed": 48213,
    },
  ],
];

const resources = {
  java: {
    "service.name": "shop-api",
    "service.instance.id": "6f1c2d3e-58b1-4c59-9f0e-3f9a6f8d1b22",
    "deployment.environment.name": "local",
    "host.arch": "amd64",
    "host.name": "shop-api-6d9c7b5f4-x2zxk",
    "os.description": "Linux 6.1.0",
    "os.type": "linux",
    "process.command_line": "/usr/lib/jvm/java-17/bin/java -jar /app/shop-api.jar --spring.datasource.password=secret",
    "process.executable.path": "/usr/lib/jvm/java-17/bin/java",
    "process.pid": 1,
    "process.runtime.description": "Debian OpenJDK 64-Bit Server VM 17.0.16+8",
    "process.runtime.name": "OpenJDK Runtime Environment",
    "process.runtime.version": "17.0.16+8-Debian-1",
    "telemetry.distro.name": "opentelemetry-java-instrumentation",
    "telemetry.distro.version": "2.30.0",
    "telemetry.sdk.language": "java",
    "telemetry.sdk.name": "opentelemetry",
    "telemetry.sdk.version": "1.64.0",
  },
  node: {
    "service.name": "mes-api",
    "deployment.environment.name": "local",
    "host.name": "mes-api-58f7c9d6b-7k2lm",
    "process.pid": 1,
    "process.runtime.name": "nodejs",
    "process.runtime.version": "24.21.0",
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.name": "opentelemetry",
    "telemetry.sdk.version": "2.9.0",
  },
};

let counter = 0;
const id = (length: number) => `a${(++counter).toString(16).padStart(length - 1, "0")}`;

function spansOf(kinds: typeof java, rounds: number): Span[] {
  return Array.from({ length: rounds }, () => {
    const traceId = id(32);
    return kinds.map(([kind, name, attributes]): Span => ({
      traceId,
      spanId: id(16),
      name,
      kind,
      startTimeUnixNano: "1795600000000000000",
      endTimeUnixNano: "1795600000012000000",
      attributes: of(attributes),
    }));
  }).flat();
}

/** One request as an agent sends it, of about this many spans of one service. */
export function realisticRequest(runtime: "java" | "node", size: number): ResourceSpans[] {
  const kinds = { java, node }[runtime];
  const spans = spansOf(kinds, Math.ceil(size / kinds.length));
  const names = [
    "io.opentelemetry.tomcat-10.0",
    "io.opentelemetry.jdbc",
    "io.opentelemetry.spring-data-1.8",
    "io.opentelemetry.rabbitmq-2.7",
  ];
  return [
    {
      resource: { attributes: of(resources[runtime]) },
      scopeSpans: kinds.map((_, index) => ({
        scope: { name: names[index]!, version: "2.30.0-alpha" },
        spans: spans.filter((_, at) => at % kinds.length === index),
      })),
    },
  ];
}
