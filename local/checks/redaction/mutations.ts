import { configText } from "../../../components/collector/ottl.ts";
import { kinds, patternsOf } from "../../../components/collector/redaction/kinds.ts";
import { gatewayProcessors, startGateway } from "./gateway.ts";
import { identityFaults } from "./identity.ts";
import { cells, leaks } from "./leaks.ts";

type Processors = Record<string, object>;
interface Mutation {
  rule: string;
  processors: Processors;
}

/** The gateway's processors with one of them changed. */
function changed(name: string, change: object): Processors {
  const all = gatewayProcessors();
  return { ...all, [name]: { ...all[name], ...change } };
}

/** The processors without the statements that name this. A group that has none left goes with them. */
function withoutStatements(text: string): Processors {
  return Object.fromEntries(
    Object.entries(gatewayProcessors()).flatMap(([name, processor]): [string, object][] => {
      if (!name.startsWith("transform/") || name === "transform/order") return [[name, processor]];
      const { trace_statements } = processor as { trace_statements: { statements: string[] }[] };
      const groups = trace_statements
        .map((group) => ({ ...group, statements: group.statements.filter((statement) => !statement.includes(text)) }))
        .filter(({ statements }) => statements.length > 0);
      return groups.length > 0 ? [[name, { ...processor, trace_statements: groups }]] : [];
    }),
  );
}

function mutations(): Mutation[] {
  const withoutProcessor = (name: string) =>
    Object.fromEntries(Object.entries(gatewayProcessors()).filter(([other]) => other !== name));
  // Each stands for the statements about one text or one key.
  const statements = [
    "scope.name",
    "scope.version",
    "span.name",
    "span.status.message",
    "spanevent.name",
    "resource.schema_url",
    "scope.schema_url",
    "span.trace_state",
    ...["url.full", "url.path", "http.url", "http.target", "db.statement", "db.query.text"].map((key) => `["${key}"]`),
    `delete_key(span.attributes, "order.id")`,
    "delete_matching_keys(resource",
    `delete_key(span.attributes, "service.name")`,
  ];
  return [
    ...kinds.map(({ id }) => ({
      rule: `kind ${id}`,
      processors: changed("redaction", {
        blocked_values: patternsOf(kinds.filter((kind) => kind.id !== id)).map(configText),
      }),
    })),
    ...statements.map((text) => ({ rule: `statements on ${text}`, processors: withoutStatements(text) })),
    { rule: "filter/links", processors: withoutProcessor("filter/links") },
    { rule: "allow-list", processors: changed("redaction", { allow_all_keys: true }) },
    { rule: "all types", processors: changed("redaction", { redact_all_types: false }) },
  ];
}

/** Rules without which nothing is found. Each is left out once, in a collector of its own. */
export async function needlessRules(): Promise<string[]> {
  const needless: string[] = [];
  for (const { rule, processors } of mutations()) {
    const gateway = await startGateway(processors);
    const found = [...cells(await leaks(gateway), "found", "lost"), ...(await identityFaults(gateway))];
    await gateway.stop();
    console.log(`without ${rule}: ${found.length} faults, such as ${found[0] ?? "none"}`);
    if (found.length === 0) needless.push(rule);
  }
  return needless;
}
