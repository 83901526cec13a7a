import { postgresImage, rabbitmqImage } from "../../landscape/images.ts";
import { debianLayer } from "../debian.ts";
import type { ImageConfig, ImageDefinition } from "../image.ts";
import { filesLayer } from "../layer.ts";

const uid = 999;

/** PostgreSQL and RabbitMQ want to know who they run as. */
const passwd = (name: string, home: string) =>
  `root:x:0:0:root:/root:/bin/bash\n${name}:x:${uid}:${uid}::${home}:/usr/sbin/nologin\n`;

/** Makes the database on an empty volume; the password goes through a file in memory, not through an argument. */
const startPostgres = `#!/bin/bash
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # A start that was cut off leaves a folder that cannot be used.
  rm -rf "$PGDATA.new"
  initdb --pgdata="$PGDATA.new" --username="$POSTGRES_USER" --pwfile=<(printf '%s\\n' "$POSTGRES_PASSWORD") \\
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >/dev/null
  echo "host all all all scram-sha-256" >> "$PGDATA.new/pg_hba.conf"
  printf 'CREATE DATABASE "%s";\\n' "$POSTGRES_DB" | postgres --single -j -D "$PGDATA.new" postgres >/dev/null
  mv "$PGDATA.new" "$PGDATA"
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql
`;

/** The first user comes from the environment, through a file that only the broker reads. */
const startRabbitmq = `#!/bin/bash
set -euo pipefail
umask 077
{
  echo "default_user = $RABBITMQ_DEFAULT_USER"
  echo "default_pass = $RABBITMQ_DEFAULT_PASS"
  echo "default_user_tags.administrator = true"
  echo "log.console = true"
  echo "log.file = false"
  echo "vm_memory_high_watermark.absolute = 256MiB"
} > /tmp/rabbitmq.conf
export RABBITMQ_CONFIG_FILE=/tmp/rabbitmq.conf RABBITMQ_ENABLED_PLUGINS_FILE=/tmp/enabled_plugins
export RABBITMQ_MNESIA_BASE=/var/lib/rabbitmq/mnesia RABBITMQ_PID_FILE=/tmp/rabbitmq.pid HOME=/var/lib/rabbitmq
exec /usr/lib/rabbitmq/bin/rabbitmq-server
`;

function store(
  name: string,
  user: string,
  home: string,
  script: string,
  { path = "", ...config }: { path?: string } & Pick<ImageConfig, "stopSignal"> = {},
): ImageDefinition {
  return {
    name,
    config: {
      ...config,
      user: `${uid}:${uid}`,
      command: ["/usr/local/bin/start"],
      environment: { PATH: `${path}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin` },
    },
    layers: async () => [
      debianLayer,
      await filesLayer([
        { path: "etc/passwd", content: passwd(user, home) },
        { path: "usr/local/bin/start", content: script, mode: 0o755 },
      ]),
    ],
  };
}

/** Database and broker of the company, from Debian's packages. */
export const stores: readonly ImageDefinition[] = [
  store(postgresImage, "postgres", "/var/lib/postgresql", startPostgres, {
    path: "/usr/lib/postgresql/15/bin:",
    // On SIGTERM it waits for its clients to leave, which they do not, until it is killed.
    stopSignal: "SIGINT",
  }),
  store(rabbitmqImage, "rabbitmq", "/var/lib/rabbitmq", startRabbitmq),
];
