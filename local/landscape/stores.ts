import { filesStorageImage, postgresImage, rabbitmqImage } from "./images.ts";
import { fromSecret, probes, type Workload } from "./kubernetes/workload.ts";

/** Databases, broker and file storage of the company. */
export const stores: readonly Workload[] = [
  postgres("shop-db", "shop", "shop"),
  postgres("mes-db", "mes", "mes"),
  {
    name: "messages-queue",
    namespace: "crm",
    image: rabbitmqImage,
    port: 5672,
    uid: 999,
    memory: "512Mi",
    // A connection instead of `rabbitmq-diagnostics`: that starts an Erlang machine each time, a second of one core.
    probes: probes({ tcpSocket: { port: 5672 } }, { tcpSocket: { port: 5672 } }),
    env: [
      // The data folder is called like the node, and the pod's host name is another one after each restart.
      { name: "RABBITMQ_NODENAME", value: "rabbit@localhost" },
      fromSecret("RABBITMQ_DEFAULT_USER", "messages-queue", "username"),
      fromSecret("RABBITMQ_DEFAULT_PASS", "messages-queue", "password"),
    ],
    scratch: ["/var/log/rabbitmq"],
    data: { path: "/var/lib/rabbitmq", size: "1Gi" },
  },
  {
    name: "files-storage",
    namespace: "mes",
    image: filesStorageImage,
    port: 9000,
    uid: 10001,
    memory: "256Mi",
    probes: probes({ tcpSocket: { port: 9000 } }, { tcpSocket: { port: 9000 } }),
    env: [
      fromSecret("S3_ACCESS_KEY", "files-storage", "username"),
      fromSecret("S3_SECRET_KEY", "files-storage", "password"),
    ],
    data: { path: "/data", size: "1Gi" },
  },
];

function postgres(name: string, namespace: string, database: string): Workload {
  const answers = { exec: { command: ["pg_isready", "--host=127.0.0.1", "--quiet"] } };
  return {
    name,
    namespace,
    image: postgresImage,
    port: 5432,
    uid: 999,
    memory: "256Mi",
    probes: probes(answers, answers),
    env: [
      { name: "POSTGRES_DB", value: database },
      fromSecret("POSTGRES_USER", name, "username"),
      fromSecret("POSTGRES_PASSWORD", name, "password"),
      // A folder below the volume's root: PostgreSQL insists on a mode that the root does not have.
      { name: "PGDATA", value: "/var/lib/postgresql/data/pgdata" },
    ],
    scratch: ["/var/run/postgresql"],
    data: { path: "/var/lib/postgresql/data", size: "1Gi" },
  };
}
