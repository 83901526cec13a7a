import { storeAdminUrls } from "../../../components/elasticsearch/addresses.ts";
import { storePlan } from "../../../components/elasticsearch/store-plan.ts";
import { vaultPaths } from "../../../components/vault/paths.ts";
import { workloadPlans } from "../../../components/workloads.ts";
import type { Context } from "../../../config/context.ts";
import type { Answer } from "../answer.ts";
import { listed, mayNotRead, stop, type Finding } from "../finding.ts";
import { deployerPolicy } from "./policy.ts";

/** How Vault reaches the store; the password is never told. */
export interface Connection {
  allowed_roles?: readonly string[];
  connection_details?: { url?: string };
}

/** When the versions of a secret were made and deleted; not what is in them. */
export interface SecretHistory {
  current_version: number;
  versions: Readonly<Record<string, { deletion_time?: string; destroyed?: boolean }>>;
}

/** What the bootstrap command leaves in Vault. */
export interface LiveBootstrap {
  connection: Answer<Connection>;
  /** By API path, of the first secrets. */
  secrets: ReadonlyMap<string, Answer<SecretHistory>>;
}

/** API paths of the first secrets: those that pods of the stack read from the company's mount. */
export function firstSecrets(context: Context): string[] {
  const { kv } = vaultPaths(context);
  const read = workloadPlans(context).flatMap(({ files }) =>
    files.flatMap((file) => {
      if (file.kind === "kv") return [kv(file.secret)];
      return file.kind === "template" ? file.reads.filter((path) => path.startsWith(kv(""))) : [];
    }),
  );
  return [...new Set(read)].sort();
}

/** Where Vault tells about a secret without telling it. */
export function historyPath(path: string): string {
  return path.replace("/data/tracing/", "/metadata/tracing/");
}

/** Whether the bootstrap command was run, to its end, and for the landscape as it is now. */
export function judgeBootstrap(context: Context, { connection, secrets }: LiveBootstrap): Finding[] {
  const run = `npm run bootstrap -- --stack ${context.stack}`;
  const states = [...secrets].map(([path, answer]) => ({ path, state: stateOf(answer) }));
  const named = (wanted: ReturnType<typeof stateOf>) =>
    states.filter(({ state }) => state === wanted).map(({ path }) => path);
  const [absent, deleted] = [named("absent"), named("deleted")];
  const missing = [
    ...(connection.state === "missing"
      ? [`${connectionPath(context)}, by which Vault sets passwords of Elasticsearch's users`]
      : []),
    ...absent,
  ];
  const all = missing.length === secrets.size + 1;
  const hidden = connection.state === "unread" || states.some(({ state }) => state === "hidden");
  return [
    ...(missing.length === 0
      ? []
      : [
          stop(
            all
              ? `the stack has no first secrets in Vault: bootstrap was not run`
              : `bootstrap did not come to its end, or is older than what the stack has now: there is no ${missing.join(", no ")}`,
            run,
          ),
        ]),
    ...deleted.map((path) =>
      stop(`${path} was deleted in Vault: pods that need it would never start`, `vault kv undelete, or ${run}`),
    ),
    ...(connection.state === "read" ? judgeConnection(context, connection.value, run) : []),
    ...(hidden
      ? [
          mayNotRead(
            `whether bootstrap was run: the token's policy lacks what ${deployerPolicy} gives to look for that`,
          ),
        ]
      : []),
  ];
}

/** Where Vault tells how it reaches the store. */
export function connectionPath(context: Context): string {
  const { database, databaseConnection } = vaultPaths(context);
  return `${database}/config/${databaseConnection}`;
}

function judgeConnection(context: Context, { allowed_roles = [], connection_details }: Connection, run: string) {
  const urls = storeAdminUrls(context.settings);
  const url = connection_details?.url ?? "";
  if (!urls.includes(url))
    return [
      stop(
        `Vault sets passwords in the Elasticsearch at ${url || "no address"}, and the stack's is at ${urls[0]}`,
        run,
      ),
    ];
  const users = storePlan(context).roles.flatMap(({ accounts }) => accounts);
  const unknown = allowed_roles.includes("*") ? [] : users.filter((user) => !allowed_roles.includes(user));
  return unknown.length === 0
    ? []
    : [
        stop(
          `Vault may not set passwords of ${unknown.length > 4 ? `${unknown.length} of the stack's users, the first ${unknown[0]}` : listed(unknown)}: they came after bootstrap was run last`,
          run,
        ),
      ];
}

function stateOf(answer: Answer<SecretHistory>): "there" | "absent" | "deleted" | "hidden" {
  if (answer.state === "unread") return "hidden";
  if (answer.state === "missing") return "absent";
  const { current_version, versions } = answer.value;
  // A secret of which only settings were written.
  if (current_version === 0) return "absent";
  const { deletion_time = "", destroyed = false } = versions[String(current_version)] ?? {};
  return destroyed || (deletion_time !== "" && new Date(deletion_time) <= new Date()) ? "deleted" : "there";
}
