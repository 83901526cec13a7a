import type { Context } from "../../config/context.ts";
import { storeUrls } from "../elasticsearch/addresses.ts";
import { accountsOf, storeNames, tagDot } from "../elasticsearch/names.ts";
import { ports } from "../../lib/names.ts";
import { jaegerVersion } from "../../config/jaeger-version.ts";
import { memoryLimiter, mutualTlsServer, onPodAddress, telemetry, waitedFor } from "../otel/collector-parts.ts";
import { otlpReceiver } from "../otel/otlp-receiver.ts";
import { accountInTurn } from "../vault/account-in-turn.ts";
import { vaultPaths } from "../vault/paths.ts";
import { secretsDir, type SecretFile } from "../vault/vault-agent.ts";
import { storeKeys, syncWrites } from "./store-keys.ts";

/** Where Jaeger reads its configuration. */
export const configDir = "/etc/jaeger";

/** File with the user of the store, which Vault Agent changes: see {@link storeAccount}. */
export const accountFile = "elasticsearch-account.yaml";

/**
 * The part of the storage's configuration that is secret: one file, so that a name never meets the other user's password. Jaeger
 * reads a name when it starts only, and its own way to read the configuration again (SIGHUP) fails where it shows its metrics.
 * When it ends it writes what it has taken, as the old user. `$` is doubled because it reads references in the file, too.
 */
export function storeAccount(context: Context, role: string): SecretFile {
  const text = (field: string) => `{{ $account.${field} | replaceAll "$" "$$" | toJSON }}`;
  return accountInTurn(vaultPaths(context), accountsOf(role), {
    file: accountFile,
    render: `basic: { username: ${text("username")}, password: ${text("password")} }`,
    restarts: "jaeger-linux",
  });
}

type StorageContext = Pick<Context, "stack" | "settings">;

/**
 * The storage of a group or view.
 *
 * @param view group or view: decides which aliases are used.
 * @param writes whether it is written to.
 */
function storage(context: StorageContext, view: string, { writes }: { writes: boolean }) {
  const { elasticsearch } = context.settings;
  const names = storeNames(context);
  const { indices, ...versioned } = storeKeys(jaegerVersion(context.settings), names, view);
  return {
    backends: {
      store: {
        elasticsearch: {
          server_urls: storeUrls(context.settings),
          version: 8,
          ...versioned,
          ...(writes && elasticsearch.writes === "sync" && syncWrites),
          // Templates, first indices and aliases are the stack's.
          create_mappings: false,
          // A fifth of what a collector does is packing. Inside of the cluster the bytes cost less than that; the way to a company's
          // own Elasticsearch may be a longer one.
          http_compression: elasticsearch.mode === "external",
          // As fields of the document instead of a list of documents of their own, one for each tag: see decision 0039.
          tags_as_fields: { all: true, dot_replacement: tagDot },
          auth: `\${file:${secretsDir}/${accountFile}}`,
          tls: { ca_file: `${configDir}/elasticsearch-ca.crt`, min_version: "1.3" },
          indices: { index_prefix: names.prefix(view), ...indices },
        },
      },
    },
  };
}

const health = { healthcheckv2: { use_v2: true, http: { endpoint: onPodAddress(ports.health) } } };

/** Configuration of a group's collector: takes spans from the sampler only, writes as the group's writer. */
export function jaegerCollectorConfig(context: StorageContext, group: string) {
  return {
    extensions: { ...health, jaeger_storage: storage(context, group, { writes: true }) },
    receivers: otlpReceiver({ tls: mutualTlsServer, keepalive: waitedFor }),
    processors: { memory_limiter: memoryLimiter(context.settings.sizes.jaegerCollector.memoryMib) },
    exporters: {
      // No queue: what Jaeger has accepted is in its memory only. The sampler's queue is the durable one.
      jaeger_storage_exporter: { trace_storage: "store" },
    },
    service: {
      extensions: ["healthcheckv2", "jaeger_storage"],
      pipelines: {
        traces: { receivers: ["otlp"], processors: ["memory_limiter"], exporters: ["jaeger_storage_exporter"] },
      },
      telemetry,
    },
  };
}

/** Configuration of a view's query service: reads as the view's reader. A collector binary needs a pipeline: an empty one. */
export function jaegerQueryConfig(context: StorageContext, view: string) {
  return {
    extensions: {
      ...health,
      jaeger_storage: storage(context, view, { writes: false }),
      jaeger_query: {
        storage: { traces: "store" },
        // On by itself: Jaeger sends traces of itself, plain, to whoever listens on the loopback.
        enable_tracing: false,
        ui: { config_file: `${configDir}/ui.json` },
        // Without authentication, so for nobody but the proxy in the same pod, which needs no TLS on the pod's loopback.
        http: { endpoint: `127.0.0.1:${ports.jaegerQuery}` },
        grpc: { endpoint: `127.0.0.1:${ports.jaegerQueryGrpc}` },
      },
    },
    receivers: { nop: {} },
    exporters: { nop: {} },
    service: {
      extensions: ["healthcheckv2", "jaeger_storage", "jaeger_query"],
      pipelines: { traces: { receivers: ["nop"], exporters: ["nop"] } },
      telemetry,
    },
  };
}

/** The dependency page needs a batch job that this stack does not have: no menu entry that leads to an empty page. */
export const uiConfig = { dependencies: { menuEnabled: false }, monitor: { menuEnabled: false } };
