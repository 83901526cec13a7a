import { proofAttributes } from "../attributes.ts";

const uuid = "0b7e2c9a-6f0e-4f5a-9a3d-2f6f9f1d8c11";

const values = [
  // Order numbers and other ids.
  uuid,
  "12345678-4234-4234-4234-500100732259",
  "B2B-2026-000417",
  "ORD-77012",
  "202611250001",
  "4bf92f3577b34da6a3ce929d0e0e4736",
  "00f067aa0ba902b7",
  "1e40f4111111111111111",
  "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  // Times, amounts, counts.
  "1795600000",
  "1795600000123",
  "1795600000123456",
  "1795600000123456789",
  "2026-11-25T09:00:00.123456Z",
  "1299.00",
  "12 990,00 RUB",
  "0.4111111111111111",
  "42",
  // Versions and addresses.
  "1.2.3.4",
  "2.30.0-alpha",
  "17.0.16+8-Debian-1",
  "1.0.0+20261125101500",
  "10.42.0.117",
  "fd00::1",
  "9.6.24.1",
  // Names of hosts, pods, classes, methods, packages, files.
  "shop-db.shop.svc.cluster.local:5432",
  "shop-api-6d9c7b5f4-x2x9k",
  "org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter",
  "listeners.ApplicationContextInitializer",
  "com.example.shop.OrderService$$SpringCGLIB$$0",
  "Order@1b2c3d4e",
  "io.opentelemetry.spring-webmvc-6.0",
  "@opentelemetry/instrumentation-pg@0.45.1",
  "http-nio-8080-exec-12",
  "HikariPool-1 connection adder",
  `/api/orders/${uuid}/files`,
  "/api/orders/{id}/files/{fileId}",
  "/models/:id/part.stl",
  "GET /api/orders/{id}",
  "pg.query:INSERT mes",
  "orders.submitted.v1",
  "S3/PutObject",
  // Messages of programs.
  "Connection refused: shop-db.shop.svc/10.42.0.17:5432",
  "basic authentication is required",
  "Bearer authentication failed",
  "Read timed out after 30000 ms, attempt 3 of 5",
  "Cannot read properties of undefined (reading 'id')",
  "java.lang.IllegalStateException: Order is PRICED\n\tat shop.OrderService.approve(OrderService.java:88)\n",
];

const statements = [
  "SELECT o.id, o.total FROM orders o WHERE o.id = $1 AND o.state IN ($2, $3)",
  "select o1_0.id,o1_0.created_at from orders o1_0 where o1_0.customer_id=? and o1_0.password = ?",
  'INSERT INTO "t1"."jobs" ("id", "a2") VALUES ($1, $2) RETURNING "id"',
  "UPDATE jobs SET state = $1::text WHERE id = ANY($2)",
];

/** Values that must come out as they went in, and the key that they stand under. */
export const harmless: readonly { key: string; value: string }[] = [
  ...values.map((value) => ({ key: "exception.message", value })),
  ...statements.flatMap((value) => ["db.statement", "db.query.text"].map((key) => ({ key, value }))),
  { key: "url.full", value: `http://s3.mes.svc:9000/models/${uuid}/part.stl` },
  // What the proof reads.
  ...Object.values(proofAttributes)
    .flat()
    .map((key) => ({ key, value: `proof-${key}` })),
];
