import type { Ask, Answer, Request } from "./session.ts";

/** A stored span, by which it shows whether somebody sees it. */
export interface Mark {
  readonly index: string;
  readonly id: string;
  readonly span: string;
}

/** A way to read something, whatever it is pointed at. */
export interface Way {
  readonly name: string;
  /** @param target index, alias, pattern or a list of them */
  readonly ask: (target: string, mark: Mark) => Request;
  /** Whether the answer tells anything of the span, or of the index that it is in. */
  readonly shows: (text: string, mark: Mark) => boolean;
  /** Patterns make no sense: the way leads to one index. */
  readonly single?: true;
}

const at = (target: string) => `/${encodeURIComponent(target)}`;
const query = ({ span }: Mark) => ({ term: { spanID: span } });
export const hasSpan = (text: string, { span }: Mark) => new RegExp(`"spanID"\\s*:\\s*"${span}"`).test(text);
const hasIndex = (text: string, { index }: Mark) => text.includes(index);
const isFound = (text: string) => /"found"\s*:\s*true/.test(text);
const post = (path: string, body: Request["body"] = {}): Request => ({ method: "POST", path, body });
const get = (path: string): Request => ({ method: "GET", path });

/** Ways that one request goes. */
export const ways: readonly Way[] = [
  { name: "_search", ask: (to, mark) => post(`${at(to)}/_search`, { query: query(mark) }), shows: hasSpan },
  {
    name: "_search, ignoring what is not there",
    ask: (to, mark) => post(`${at(to)}/_search?ignore_unavailable=true&expand_wildcards=all`, { query: query(mark) }),
    shows: hasSpan,
  },
  {
    name: "_msearch",
    ask: (to, mark) => post("/_msearch", [{ index: to, ignore_unavailable: true }, { query: query(mark) }]),
    shows: hasSpan,
  },
  {
    name: "_count",
    ask: (to, mark) => post(`${at(to)}/_count`, { query: query(mark) }),
    shows: (text) => /"count"\s*:\s*[1-9]/.test(text),
  },
  {
    name: "aggregation by index",
    ask: (to) => post(`${at(to)}/_search`, { size: 0, aggs: { names: { terms: { field: "_index", size: 1000 } } } }),
    shows: hasIndex,
  },
  {
    name: "suggestion and field values",
    ask: (to, mark) => post(`${at(to)}/_search`, { query: query(mark), _source: false, docvalue_fields: ["spanID"] }),
    shows: (text, { span }) => text.includes(span),
  },
  { name: "a document by id", ask: (to, { id }) => get(`${at(to)}/_doc/${id}`), shows: isFound, single: true },
  {
    name: "_mget",
    ask: (to, { id }) => post("/_mget", { docs: [{ _index: to, _id: id }] }),
    shows: isFound,
    single: true,
  },
  { name: "_source", ask: (to, { id }) => get(`${at(to)}/_source/${id}`), shows: hasSpan, single: true },
  {
    name: "_explain",
    ask: (to, mark) => post(`${at(to)}/_explain/${mark.id}`, { query: query(mark) }),
    shows: (text) => /"matched"\s*:\s*true/.test(text),
    single: true,
  },
  { name: "_termvectors", ask: (to, { id }) => get(`${at(to)}/_termvectors/${id}`), shows: isFound, single: true },
  {
    name: "terms lookup",
    ask: (to, { id }) => post(`${at(to)}/_search`, { query: { terms: { spanID: { index: to, id, path: "spanID" } } } }),
    shows: hasSpan,
    single: true,
  },
  {
    name: "more like this",
    ask: (to, { id }) =>
      post(`${at(to)}/_search`, {
        query: {
          more_like_this: {
            ...{ fields: ["traceID"], like: [{ _index: to, _id: id }], include: true },
            ...{ min_term_freq: 1, min_doc_freq: 1 },
          },
        },
      }),
    shows: hasSpan,
    single: true,
  },
  {
    name: "_field_caps",
    ask: (to) => get(`${at(to)}/_field_caps?fields=*&include_unmapped=false`),
    shows: (text, mark) => hasIndex(text, mark) && text.includes('"spanID"'),
  },
  {
    name: "_async_search",
    ask: (to, mark) =>
      post(`${at(to)}/_async_search?wait_for_completion_timeout=5s&keep_on_completion=false`, { query: query(mark) }),
    shows: hasSpan,
  },
  {
    name: "SQL",
    ask: (to, { span }) => post("/_sql?format=json", { query: `SELECT spanID FROM "${to}" WHERE spanID = '${span}'` }),
    shows: (text, { span }) => new RegExp(`"rows"[^]*${span}`).test(text),
  },
  {
    name: "ES|QL",
    ask: (to, { span }) => post("/_query", { query: `FROM ${to} | WHERE spanID == "${span}" | KEEP spanID` }),
    shows: (text, { span }) => new RegExp(`"values"[^]*${span}`).test(text),
  },
  {
    name: "EQL",
    ask: (to, { span }) =>
      post(`${at(to)}/_eql/search`, {
        ...{ query: `any where spanID == "${span}"`, timestamp_field: "startTimeMillis" },
        event_category_field: "operationName",
      }),
    shows: hasSpan,
  },
  {
    name: "search by template",
    ask: (to, { span }) =>
      post(`${at(to)}/_search/template`, {
        source: '{"query":{"term":{"spanID":"{{span}}"}}}',
        params: { span },
      }),
    shows: hasSpan,
  },
  {
    name: "_terms_enum",
    ask: (to, { span }) => post(`${at(to)}/_terms_enum`, { field: "spanID", string: span }),
    shows: (text, { span }) => text.includes(span),
  },
  {
    name: "_rank_eval",
    ask: (to, mark) =>
      post(`${at(to)}/_rank_eval`, {
        requests: [{ id: "one", request: { query: query(mark) }, ratings: [] }],
        metric: { precision: { k: 1 } },
      }),
    shows: (text, { id }) => text.includes(id),
  },
  {
    name: "_validate",
    ask: (to, mark) => post(`${at(to)}/_validate/query?explain=true`, { query: query(mark) }),
    shows: hasIndex,
  },
  { name: "_search_shards", ask: (to) => get(`${at(to)}/_search_shards`), shows: hasIndex },
  { name: "_mapping", ask: (to) => get(`${at(to)}/_mapping`), shows: hasIndex },
  { name: "_settings", ask: (to) => get(`${at(to)}/_settings`), shows: hasIndex },
  { name: "_alias", ask: (to) => get(`${at(to)}/_alias`), shows: hasIndex },
  { name: "_stats", ask: (to) => get(`${at(to)}/_stats`), shows: hasIndex },
  { name: "_segments", ask: (to) => get(`${at(to)}/_segments`), shows: hasIndex },
  { name: "_cat/indices", ask: (to) => get(`/_cat/indices${at(to)}?format=json`), shows: hasIndex },
  { name: "_cat/shards", ask: (to) => get(`/_cat/shards${at(to)}?format=json`), shows: hasIndex },
  { name: "_cat/aliases", ask: (to) => get(`/_cat/aliases${at(to)}?format=json`), shows: hasIndex },
  {
    name: "_cat/count",
    ask: (to) => get(`/_cat/count${at(to)}?format=json`),
    shows: (text) => /"count"\s*:\s*"[1-9]/.test(text),
    // It takes no query: of a pattern it counts what is its own. `_count`, which resolves names alike, tells them apart.
    single: true,
  },
  { name: "_resolve/index", ask: (to) => get(`/_resolve/index${at(to)}`), shows: hasIndex },
];

/** What is found where there is no such interface: nothing was tried. */
export const absent = "not in this Elasticsearch";

/** Whether the interface is not there in this distribution of Elasticsearch. */
export function isAbsent({ status, text }: Answer): boolean {
  return (
    (status === 400 || status === 405) &&
    /no handler found|Incorrect HTTP method|unrecognized parameter: \[wait_for/.test(text)
  );
}

/** A reading that is opened by one request and read by another: a scroll, and a point in time. */
export const openings = [
  {
    name: "scroll",
    read: async (ask: Ask, to: string, mark: Mark): Promise<Answer> => {
      const opened = await ask(post(`${at(to)}/_search?scroll=1m`, { query: query(mark), size: 1 }));
      const id = /"_scroll_id"\s*:\s*"([^"]+)"/.exec(opened.text)?.[1];
      if (id === undefined) return opened;
      const next = await ask(post("/_search/scroll", { scroll: "1m", scroll_id: id }));
      await ask({ method: "DELETE", path: "/_search/scroll", body: { scroll_id: id } });
      return { status: opened.status, text: opened.text + next.text };
    },
  },
  {
    name: "point in time",
    read: async (ask: Ask, to: string, mark: Mark): Promise<Answer> => {
      const opened = await ask({ method: "POST", path: `${at(to)}/_pit?keep_alive=1m` });
      const id = /"id"\s*:\s*"([^"]+)"/.exec(opened.text)?.[1];
      if (id === undefined) return opened;
      const found = await ask(post("/_search", { query: query(mark), pit: { id } }));
      await ask({ method: "DELETE", path: "/_pit", body: { id } });
      return { status: found.status, text: found.text };
    },
  },
] as const;
