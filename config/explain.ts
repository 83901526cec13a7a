import { distance } from "fastest-levenshtein";
import type { z } from "zod";

/** What to write for a key, as lines below `config:` in the stack file. `*` stands for any key or index. */
const examples: Record<string, string> = {
  access: "order-tracing:access:\n  vpnRanges: [10.8.0.0/16]",
  "access.vpnRanges": "order-tracing:access:\n  vpnRanges: [10.8.0.0/16]",
  "access.vpnRanges.*": "order-tracing:access:\n  vpnRanges: [10.8.0.0/16]",
  cluster: "order-tracing:cluster:\n  serviceAccountKeysFile: trust/service-account-keys.json",
  "cluster.serviceAccountKeysFile": "order-tracing:cluster:\n  serviceAccountKeysFile: trust/service-account-keys.json",
  vault: "order-tracing:vault:\n  address: https://vault.example:8200\n  caFile: trust/company-ca.crt",
  "vault.address": "order-tracing:vault:\n  address: https://vault.example:8200",
  "vault.caFile": "order-tracing:vault:\n  caFile: trust/company-ca.crt",
  "elasticsearch.publish":
    "order-tracing:elasticsearch:\n  publish:\n    host: elasticsearch.tracing.example\n    ranges: [10.20.0.0/16]",
  elasticsearch: "order-tracing:elasticsearch:\n  mode: managed",
  "elasticsearch.mode": "order-tracing:elasticsearch:\n  mode: managed   # or: external",
  "elasticsearch.endpoint":
    "order-tracing:elasticsearch:\n  mode: external\n  endpoint: https://elasticsearch.example:9200",
  "elasticsearch.caFile": "order-tracing:elasticsearch:\n  mode: external\n  caFile: trust/elasticsearch-ca.crt",
  retentionDays: "order-tracing:retentionDays: 14",
  sampling: "order-tracing:sampling:\n  percent: 10\n  slowMs: 2000",
  "sampling.services.*": "order-tracing:sampling:\n  services: {shop-api: 10}",
  services: "order-tracing:services:\n  mes-api: {enabled: false}",
  "services.*": "order-tracing:services:\n  mes-api: {enabled: false}",
  "services.*.runtime": "order-tracing:services:\n  mes-api: {runtime: nodejs}",
  replicas: "order-tracing:replicas:\n  gateway: 2\n  sampler: 2\n  jaegerCollector: 2\n  jaegerQuery: 1",
  proof: "order-tracing:proof:\n  lookbackMinutes: 60",
  "proof.required.*": 'order-tracing:proof:\n  required: ["shop-api -> files-storage"]',
  images: "order-tracing:images:\n  registry: registry.example/mirror",
  "images.overrides": "order-tracing:images:\n  overrides: {jaeger: company/jaeger:1.0}",
};

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

/** The parts of a schema's definition that lead to the keys of an object. */
interface Definition {
  innerType?: Schema;
  options?: Schema[];
  discriminator?: string;
  shape?: Record<string, Schema>;
}

/**
 * Turns an issue of the schema into messages for the person who edits the stack file: the key, the value given, what is
 * allowed, and what to write instead.
 */
export function explain(issue: Issue, schema: Schema, raw: unknown): string[] {
  if (issue.code === "unrecognized_keys") {
    const allowed = keysAt(schema, issue.path, raw);
    return issue.keys.map((key) => {
      const meant = nearest(key, allowed);
      return message([...issue.path, key], at(raw, [...issue.path, key]), "is no setting of this project", {
        allowed: allowed.join(", "),
        write: meant ? `${dotted([...issue.path, meant])} instead of ${dotted([...issue.path, key])}` : undefined,
      });
    });
  }
  const given = at(raw, issue.path);
  if (given === undefined) return [message(issue.path, given, "is missing", { write: exampleFor(issue.path) })];
  return [message(issue.path, given, issue.message, { allowed: allowedValues(issue), write: exampleFor(issue.path) })];
}

/** One message: the key, the value given, what is wrong, what is allowed, and the line to write. */
export function message(
  path: readonly PropertyKey[],
  given: unknown,
  problem: string,
  help: { allowed?: string | undefined; write?: string | undefined },
): string {
  const lines = [given === undefined ? `${dotted(path)} ${problem}` : `${dotted(path)}: ${show(given)}: ${problem}`];
  if (help.allowed) lines.push(`  allowed: ${help.allowed}`);
  if (help.write) lines.push(`  write:   ${help.write.replaceAll("\n", "\n           ")}`);
  return lines.join("\n");
}

function dotted(path: readonly PropertyKey[]): string {
  return ["order-tracing:" + String(path[0] ?? ""), ...path.slice(1).map(String)].join(".");
}

function show(value: unknown): string {
  return JSON.stringify(value);
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** The example of the key itself, else of the nearest key above it. */
export function exampleFor(path: readonly PropertyKey[]): string | undefined {
  for (let length = path.length; length > 0; length--) {
    const head = path.slice(0, length).map(String);
    const pattern = Object.keys(examples).find((key) => {
      const parts = key.split(".");
      return parts.length === head.length && parts.every((part, index) => part === "*" || part === head[index]);
    });
    if (pattern) return examples[pattern];
  }
  return undefined;
}

function allowedValues(issue: Issue): string | undefined {
  if (issue.code === "invalid_value") return issue.values.map(show).join(", ");
  if (issue.code === "too_small") return `${String(issue.minimum)} or more`;
  if (issue.code === "too_big") return `${String(issue.maximum)} or less`;
  return undefined;
}

/** Keys that the schema knows at a path: the shape behind defaults, optionals and, by its tag, the chosen alternative. */
function keysAt(schema: Schema, path: readonly PropertyKey[], raw: unknown): string[] {
  const def = schema._zod.def as Definition;
  if (def.innerType) return keysAt(def.innerType, path, raw);
  if (def.options && def.discriminator) {
    const tag = at(raw, [def.discriminator]);
    const chosen = def.options.find((option) => option._zod.propValues?.[def.discriminator!]?.has(tag as string));
    return chosen ? keysAt(chosen, path, raw) : [];
  }
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(def.shape ?? {}).sort();
  const inner = def.shape?.[String(key)];
  return inner ? keysAt(inner, rest, at(raw, [key])) : [];
}

/** The known key that was probably meant: it differs by case or by at most two letters. */
function nearest(key: string, known: readonly string[]): string | undefined {
  return known.find((candidate) => distance(key.toLowerCase(), candidate.toLowerCase()) <= 2);
}
