import { viewOf } from "../../config/landscape.ts";
import { edgeId, type Catalogue, type CatalogueEdge } from "../../config/model.ts";
import { attributes } from "../../lib/attributes.ts";
import { markdownTable } from "../../lib/markdown-table.ts";
import { code, generated } from "./markdown.ts";

/** The page of the landscape: who talks to whom, and by what each connection is proven. */
export function landscapePage(catalogue: Catalogue): string {
  return [
    generated,
    "# Landscape",
    "The company's containers and every connection over which an order travels, as `config/catalogue.ts` describes them. A boundary is a visibility group: who is in it sees the traces of its back ends. A dashed line is a connection that the proof shows but does not demand, or a join: two traces that only the order's id connects.",
    ["```mermaid", diagram(catalogue), "```"].join("\n"),
    "## Connections",
    "The proof (`npm run verify`) looks for a connection inside of one group in the view of that group, and for one between groups in the view over all.",
    markdownTable(
      ["connection", "kind", "required", "groups", "view", "recognised by"],
      catalogue.edges.map((edge) => row(edge, catalogue)),
    ),
    ...stepSection(catalogue),
  ].join("\n\n");
}

/** The life of an order, as `npm run order` judges by it. */
function stepSection({ steps = {}, services, frontends }: Catalogue): string[] {
  if (Object.keys(steps).length === 0) return [];
  const titleOf = (id: string) => services[id]?.title ?? frontends[id]?.title ?? id;
  const rows = Object.values(steps).map((step): string[] => {
    const { title, service, request, message, next } = step;
    const key = message && `message ${code(message.routingKey)}`;
    return [
      title,
      titleOf(service),
      [request && `request ${code(request)}`, key].filter(Boolean).join(", "),
      message ? `${code(message.queue)}, ${message.within}` : "",
      next ? titleOf(next.by) : "",
      next ? next.steps.map((id) => steps[id]?.title ?? id).join(" or ") : `over: ${step.ends}`,
      next?.within ?? "",
    ];
  });
  return [
    "## Steps of an order",
    "By them `npm run order` says where an order stands, and `npm run order -- --stuck` which ones stand too long: see [find-an-order](guides/find-an-order.md).",
    markdownTable(["step", "at", "seen by", "waits in, at most", "then acts", "what follows", "at most"], rows),
  ];
}

/** Mermaid's flowchart, drawn like a container diagram of C4: people's programs, back ends in their groups, stores. */
export function diagram(catalogue: Catalogue): string {
  const entries = (record: Catalogue["frontends"]) => Object.entries(record);
  const { groups, services, stores, edges } = catalogue;
  return [
    "flowchart TB",
    ...entries(catalogue.frontends).map(
      ([id, { title }]) => `  ${node("frontend", id)}["${label(title)}<br/>[front end]"]`,
    ),
    ...groups.flatMap((group) => [
      `  subgraph ${node("group", group)}["${label(group)} [group]"]`,
      ...Object.entries(services)
        .filter(([, service]) => service.group === group)
        .map(([id, { title, runtime }]) => `    ${node("service", id)}["${label(title)}<br/>[back end: ${runtime}]"]`),
      "  end",
    ]),
    ...Object.entries(stores).map(
      ([id, { title, system }]) => `  ${node("store", id)}[("${label(title)}<br/>[${system}]")]`,
    ),
    ...edges.flatMap(lines),
  ].join("\n");
}

function lines(edge: CatalogueEdge): string[] {
  const arrow = edge.optional || edge.kind === "join" ? "-.->" : "-->";
  const line = (from: string, text: string, to: string) =>
    `  ${from} ${arrow}|"${text}${edge.optional ? ", optional" : ""}"| ${to}`;
  const service = (id: string) => node("service", id);
  switch (edge.kind) {
    case "request":
      return [line(node("frontend", edge.from), "requests", service(edge.to))];
    case "store":
      return [line(service(edge.from), "reads and writes", node("store", edge.to))];
    case "message":
      // Both halves say whom they are for: several pairs of back ends may share a broker.
      return [
        line(service(edge.from), `sends to ${edge.to}`, node("store", edge.via)),
        line(node("store", edge.via), `delivers from ${edge.from}`, service(edge.to)),
      ];
    case "join":
      return [line(service(edge.from), `joined by ${attributes.orderId}, through ${edge.via}`, service(edge.to))];
  }
}

/** Ids of their own: a front end and a group may share a name, and `end` is a word of Mermaid's. */
function node(kind: "frontend" | "group" | "service" | "store", id: string): string {
  return `${kind}-${id}`;
}

function label(text: string): string {
  return text.replaceAll("&", "#amp;").replaceAll('"', "#quot;").replaceAll("<", "#lt;").replaceAll(">", "#gt;");
}

function row(edge: CatalogueEdge, { services, stores }: Catalogue): string[] {
  const groups = [...new Set([edge.from, edge.to].flatMap((id) => services[id]?.group ?? []))];
  return [
    code(edgeId(edge)),
    edge.kind,
    edge.optional ? "no" : "yes",
    groups.join(", "),
    viewOf(edge, (id) => services[id]?.group),
    recognisedBy(edge, stores),
  ];
}

function recognisedBy(edge: CatalogueEdge, stores: Catalogue["stores"]): string {
  const store = (id: string) => stores[id] ?? { title: id, system: "store", host: id };
  switch (edge.kind) {
    case "request":
      return `a server span of ${edge.to} that no traced back end called, and that is no health check`;
    case "store": {
      const { system, host } = store(edge.to);
      // In S3's virtual-host style the bucket stands before the host.
      const where = system === "s3" ? "first or second" : "first";
      return `a client span of ${edge.from} for ${system}, to a host whose ${where} label is ${code(host)}`;
    }
    case "message":
      return `in one trace: a producer span of ${edge.from} above a consumer span of ${edge.to}, both for ${store(edge.via).system}`;
    case "join":
      return `spans of ${edge.from} and of ${edge.to} with the same ${code(attributes.orderId)}, in two traces`;
  }
}
