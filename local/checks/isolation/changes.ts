import type { Finding } from "../findings.ts";
import { attempt } from "../findings.ts";
import type { Ask, Request } from "./session.ts";

const layer = "Elasticsearch's role";
const nobody = "isolation-check";

/**
 * What would widen somebody's rights, or reach others' data by a detour. The store says 403 before it looks whether there is what
 * is named: so nothing that is there is named where it could be harmed, and what would be made if a right were there has none.
 */
function wideningRequests(own: string, foreign: { group: string; read: string }): Record<string, Request> {
  const index = `${foreign.group}-jaeger-span-${nobody}`;
  const reindex = {
    source: { index: foreign.read, query: { match_none: {} } },
    dest: { index: `${own}-jaeger-span-write` },
  };
  return {
    "_reindex from another group": { method: "POST", path: "/_reindex", body: reindex },
    "an alias of its own on another's index": {
      method: "POST",
      path: "/_aliases",
      body: { actions: [{ add: { index, alias: `${own}-jaeger-span-read` } }] },
    },
    "the same by the index": { method: "PUT", path: `/${index}/_alias/${own}-jaeger-span-read` },
    "an index template": {
      method: "PUT",
      path: `/_index_template/${nobody}`,
      body: { index_patterns: [`${nobody}-*`], template: { aliases: { [`${own}-jaeger-span-read`]: {} } } },
    },
    "a role": { method: "PUT", path: `/_security/role/${nobody}`, body: { cluster: [] } },
    "a user": {
      method: "PUT",
      path: `/_security/user/${nobody}`,
      body: { password: "isolation-check-1", roles: [], enabled: false },
    },
    "an API key": { method: "POST", path: "/_security/api_key", body: { name: nobody } },
    "an index": { method: "PUT", path: `/${nobody}` },
    "a rollover": { method: "POST", path: `/${own}-jaeger-span-write/_rollover?dry_run=true` },
    "a clone": { method: "POST", path: `/${index}/_clone/${nobody}` },
    "an ingest pipeline": { method: "PUT", path: `/_ingest/pipeline/${nobody}`, body: { processors: [] } },
    "a stored script": {
      method: "PUT",
      path: `/_scripts/${nobody}`,
      body: { script: { lang: "mustache", source: "{}" } },
    },
    "deleting another's index": { method: "DELETE", path: `/${index}` },
    "the cluster's state": { method: "GET", path: "/_cluster/state" },
    "tasks of others": { method: "GET", path: "/_tasks?detailed=true" },
    users: { method: "GET", path: "/_security/user" },
    snapshots: { method: "GET", path: "/_snapshot/_all" },
  };
}

/** As any user of the stack: none may change what anybody may do. */
export function wideningFindings(
  user: string,
  ask: Ask,
  own: string,
  foreign: { group: string; read: string },
): Promise<Finding[]> {
  return Promise.all(
    Object.entries(wideningRequests(own, foreign)).map(([name, request]) =>
      attempt(`${user}: ${name}`, layer, "403", async () => {
        const { status } = await ask(request);
        return { found: String(status), good: status === 403 };
      }),
    ),
  );
}

/**
 * As the writer of a group. The control is refused by a version that no document has, which is looked at only when the right is
 * there: nothing is written.
 */
export async function writerFindings(
  ask: Ask,
  own: string,
  foreign: { group: string; index: string; id: string },
): Promise<Finding[]> {
  const stale = `_doc/${nobody}?if_seq_no=999999999&if_primary_term=1`;
  const body = { spanID: nobody };
  const expectations: [string, string, Request][] = [
    ["adds to its own", "409", { method: "PUT", path: `/${own}-jaeger-span-write/${stale}`, body }],
    ["reads its own", "403", { method: "POST", path: `/${own}-jaeger-span-read/_search`, body: {} }],
    ["adds to another's alias", "403", { method: "PUT", path: `/${foreign.group}-jaeger-span-write/${stale}`, body }],
    ["adds to another's index", "403", { method: "PUT", path: `/${foreign.index}/${stale}`, body }],
    ["reads another's span", "403", { method: "GET", path: `/${foreign.index}/_doc/${foreign.id}` }],
    ["deletes another's span", "403", { method: "DELETE", path: `/${foreign.index}/_doc/${nobody}` }],
    [
      "changes another's span",
      "403",
      { method: "POST", path: `/${foreign.index}/_update/${nobody}`, body: { doc: body } },
    ],
  ];
  return Promise.all(
    expectations.map(([name, expected, request]) =>
      attempt(`${own}'s writer ${name}`, expected === "403" ? layer : "-", expected, async () => {
        const { status } = await ask(request);
        return { found: String(status), good: String(status) === expected };
      }),
    ),
  );
}

/**
 * As the one who stores who read what. The control is a record that the store refuses to understand, which it says only to those
 * who may add one.
 */
export async function auditFindings(writer: Ask, reader: Ask, name: { write: string; read: string; index: string }) {
  const body = { time: "no time" };
  const expectations: [string, Ask, string, Request][] = [
    ["adds a record", writer, "400", { method: "POST", path: `/${name.write}/_create/${nobody}`, body }],
    ["replaces a record", writer, "403", { method: "PUT", path: `/${name.write}/_doc/${nobody}`, body }],
    [
      "changes a record",
      writer,
      "403",
      { method: "POST", path: `/${name.write}/_update/${nobody}`, body: { doc: body } },
    ],
    ["deletes a record", writer, "403", { method: "DELETE", path: `/${name.write}/_doc/${nobody}` }],
    [
      "deletes all",
      writer,
      "403",
      { method: "POST", path: `/${name.write}/_delete_by_query`, body: { query: { match_none: {} } } },
    ],
    ["reads records", writer, "403", { method: "POST", path: `/${name.read}/_search`, body: {} }],
    ["deletes the index", writer, "403", { method: "DELETE", path: `/${name.index}-${nobody}` }],
    ["reads, as the reader", reader, "200", { method: "POST", path: `/${name.read}/_search`, body: {} }],
    ["adds, as the reader", reader, "403", { method: "POST", path: `/${name.write}/_create/${nobody}`, body }],
    ["reads spans, as the reader", reader, "403", { method: "POST", path: "/all-jaeger-span-read/_search", body: {} }],
  ];
  return Promise.all(
    expectations.map(([what, ask, expected, request]) =>
      attempt(`Who read what: ${what}`, expected === "403" ? layer : "-", expected, async () => {
        const { status } = await ask(request);
        return { found: String(status), good: String(status) === expected };
      }),
    ),
  );
}
