import type { Context } from "../../config/context.ts";
import { storeUrls } from "../elasticsearch/addresses.ts";
import { storeNames } from "../elasticsearch/names.ts";
import { memoryLimiter, onPodAddress, telemetry } from "../otel/collector-parts.ts";
import { secretsDir } from "../vault/vault-agent.ts";
import { ports } from "../../lib/names.ts";
import { rolesOf } from "../../lib/access/roles.ts";
import { auditDir } from "./audit-file.ts";

/** File with the header by which the collector is known to the store, kept fresh by Vault Agent. */
export const authorizationFile = "audit-authorization";

/** Arguments of the collector: without the gate the place in the file is noted before the store has what was read. */
export const auditArguments = ["--feature-gates=stanza.synchronousLogEmitter"];

/** Fields of a record. What is not of them is not stored. */
export const auditFields = [
  "time",
  "log",
  "view",
  "roles",
  "person",
  "claimed",
  "groups",
  "method",
  "path",
  "trace",
  "order",
  "service",
  "status",
  "seconds",
  "bytes",
  "result",
  "client",
  "id",
] as const;

/** Operators of the log receiver, in the order in which they act on a line of the proxy. */
export function auditOperators(roles: readonly string[]) {
  const isRequest = 'body.log == "request"';
  const query = (key: string) => `body.uri?.query?.["${key}"]`;
  // Of several parameters of one name those that look like a value of the kind are kept; the others may be anything.
  const keep = (keys: readonly string[], field: string, pattern: string) =>
    keys.map((key, index) => ({
      type: "add",
      id: `${field}-${index}`,
      if: `${query(key)} != nil and any(${query(key)}, # matches "${pattern}")`,
      field: `body.${field}`,
      value: `EXPR(filter(${query(key)}, # matches "${pattern}"))`,
    }));
  return [
    { type: "json_parser", id: "line", parse_from: "body", parse_to: "body", on_error: "drop" },
    // The proxy's format quotes what comes from outside twice, and the proxy has quoted the path itself.
    ...["person", "path", "id"].map((field) => ({
      type: "unquote",
      id: `unquote-${field}`,
      if: `body.${field} != nil`,
      field: `body.${field}`,
      on_error: "send_quiet",
    })),
    // Of all that the proxy says, who asked for what, and who was let in. A page's scripts and pictures show nothing.
    {
      type: "filter",
      id: "noise",
      expr: `not (body.log in ["request", "sign-in"]) or (${isRequest} and body.path startsWith "/static/")`,
    },
    // Only of who got as far as Jaeger is it known who they are.
    {
      type: "move",
      id: "claimed",
      if: `${isRequest} and body.upstream == "-"`,
      from: "body.person",
      to: "body.claimed",
    },
    {
      type: "regex_parser",
      id: "groups",
      if: 'body.log == "sign-in" and body.message matches "groups:\\\\[[^\\\\]]*\\\\]"',
      regex: "groups:\\[(?P<groups>[^\\]]*)\\]",
      parse_from: "body.message",
      parse_to: "body",
      on_error: "send_quiet",
    },
    {
      type: "uri_parser",
      id: "uri",
      if: isRequest,
      parse_from: "body.path",
      parse_to: "body.uri",
      on_error: "send_quiet",
    },
    ...keep(["traceID", "query.trace_id", "trace_id"], "trace", "^[0-9a-fA-F]{1,32}$"),
    // Jaeger takes an id with any sign of it escaped. Of a query values are decoded, of a path nothing is.
    {
      type: "add",
      id: "path-as-query",
      if: isRequest,
      field: "body.path_as_query",
      value: 'EXPR("?path=" + split(body.path, "?")[0])',
    },
    {
      type: "uri_parser",
      id: "path",
      if: isRequest,
      parse_from: "body.path_as_query",
      parse_to: "body.decoded",
      on_error: "send_quiet",
    },
    {
      type: "add",
      id: "decoded",
      if: "body.decoded?.query?.path != nil",
      field: "body.path_decoded",
      value: "EXPR(body.decoded.query.path[0])",
    },
    {
      type: "regex_parser",
      id: "trace",
      if: 'body.path_decoded != nil and body.path_decoded matches "^/(trace|api/traces|api/v3/traces)/[0-9a-fA-F]{1,32}(/|$)"',
      regex: "^/(?:trace|api/traces|api/v3/traces)/(?P<trace>[0-9a-fA-F]{1,32})(?:/|$)",
      parse_from: "body.path_decoded",
      parse_to: "body",
    },
    ...keep(["service", "query.service_name"], "service", "^[a-z0-9.-]{1,63}$"),
    {
      type: "regex_parser",
      id: "order",
      if: `${isRequest} and body.path matches "order\\\\.id(%22|\\")?(%3A|:|%3D|=)"`,
      regex: 'order\\.id(?:%22|")?(?:%3A|:|%3D|=)(?:%22|")?(?P<order>[0-9A-Za-z-]{1,64})',
      parse_from: "body.path",
      parse_to: "body",
      on_error: "send_quiet",
    },
    // A query can hold what was searched for, such as a customer's address.
    {
      type: "regex_replace",
      id: "query",
      if: isRequest,
      field: "body.path",
      regex: "[?#].*$",
      replace_with: "",
    },
    {
      type: "add",
      id: "unknown-path",
      if: `${isRequest} and not (body.path matches "^/[0-9A-Za-z_./-]{0,200}$")`,
      field: "body.path",
      value: "withheld",
    },
    { type: "add", id: "roles", field: "body.roles", value: [...roles] },
    { type: "retain", id: "fields", fields: auditFields.map((field) => `body.${field}`) },
  ];
}

/**
 * Configuration of the collector that stores who read what. It reads the proxy's file, and goes on in it when the store has
 * what was before: the file is the queue.
 */
export function auditConfig({ stack, settings }: Pick<Context, "stack" | "settings">, view: string, configDir: string) {
  return {
    extensions: {
      health_check: { endpoint: onPodAddress(ports.auditHealth) },
      "file_storage/offsets": { directory: `${auditDir}/offsets`, create_directory: true, fsync: true },
      bearertokenauth: { scheme: "Basic", filename: `${secretsDir}/${authorizationFile}` },
    },
    receivers: {
      filelog: {
        include: [`${auditDir}/*.log`],
        start_at: "beginning",
        // What came since the last look is lost when the pod ends.
        poll_interval: "100ms",
        // The proxy writes a line in pieces.
        force_flush_period: "0s",
        include_file_name: false,
        storage: "file_storage/offsets",
        retry_on_failure: { enabled: true, initial_interval: "1s", max_interval: "10s", max_elapsed_time: "0s" },
        operators: auditOperators(rolesOf(settings.access.roles, view)),
      },
    },
    processors: { memory_limiter: memoryLimiter(settings.sizes.audit.memoryMib) },
    exporters: {
      elasticsearch: {
        endpoints: storeUrls(settings),
        auth: { authenticator: "bearertokenauth" },
        tls: { ca_file: `${configDir}/elasticsearch-ca.crt`, min_version: "1.3" },
        timeout: "30s",
        logs_index: storeNames({ stack, settings }).audit.writeAlias,
        // The first is what is used: the record as it is, nothing around it.
        mapping: { allowed_modes: ["bodymap"] },
        // Whoever hands over waits until it is stored.
        sending_queue: { enabled: false },
        retry: {
          enabled: true,
          max_retries: 1_000_000,
          initial_interval: "1s",
          max_interval: "10s",
          // A store that refuses all may be mended: only a document that it cannot take, 400, is of no use a second time.
          retry_on_status: [401, 403, 404, 408, 429, 500, 502, 503, 504],
        },
      },
    },
    service: {
      extensions: ["health_check", "file_storage/offsets", "bearertokenauth"],
      pipelines: { logs: { receivers: ["filelog"], processors: ["memory_limiter"], exporters: ["elasticsearch"] } },
      telemetry,
    },
  };
}
