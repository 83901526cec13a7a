import type { V1EnvVar } from "@kubernetes/client-node";
import { applicationImage } from "./images.ts";
import { fromSecret, httpProbes, type Workload } from "./kubernetes/workload.ts";

/** User of the three images. */
const uid = 10001;
const port = 8080;
const probes = httpProbes(port, "/health", "/health/liveness");

const shopDatabase: V1EnvVar[] = [
  { name: "DB_URL", value: "jdbc:postgresql://shop-db.shop.svc:5432/shop" },
  fromSecret("DB_USER", "shop-db", "username"),
  fromSecret("DB_PASSWORD", "shop-db", "password"),
];
const mesDatabase: V1EnvVar[] = [
  { name: "DB_URL", value: "postgres://mes-db.mes.svc:5432/mes" },
  fromSecret("DB_USER", "mes-db", "username"),
  fromSecret("DB_PASSWORD", "mes-db", "password"),
];
const broker: V1EnvVar[] = [
  { name: "RABBITMQ_HOST", value: "messages-queue.crm.svc" },
  fromSecret("RABBITMQ_USER", "messages-queue", "username"),
  fromSecret("RABBITMQ_PASSWORD", "messages-queue", "password"),
];
const files: V1EnvVar[] = [
  { name: "S3_ENDPOINT", value: "http://files-storage.mes.svc:9000" },
  fromSecret("S3_ACCESS_KEY", "files-storage", "username"),
  fromSecret("S3_SECRET_KEY", "files-storage", "password"),
];

/**
 * The three back ends, as the company runs them: nothing of tracing is in here.
 * Memory leaves room for an agent in the same process: raising a limit is the company's business, not tracing's.
 */
export const applications: readonly Workload[] = [
  {
    name: "shop-api",
    namespace: "shop",
    image: applicationImage("shop-api"),
    port,
    uid,
    memory: "512Mi",
    probes,
    env: [...shopDatabase, ...files],
  },
  {
    name: "crm-api",
    namespace: "crm",
    image: applicationImage("crm-api"),
    port,
    uid,
    memory: "512Mi",
    probes,
    env: [...shopDatabase, ...broker, ...files],
  },
  {
    name: "mes-api",
    namespace: "mes",
    image: applicationImage("mes-api"),
    port,
    uid,
    memory: "256Mi",
    probes,
    env: [...mesDatabase, ...broker, ...files],
  },
];
