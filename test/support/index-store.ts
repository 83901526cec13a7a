import type { ElasticsearchAnswer } from "../../lib/elasticsearch/client.ts";

interface Index {
  aliases: Record<string, { is_write_index?: boolean }>;
  mappings: { _meta?: { generation?: string } };
  settings: Record<string, unknown>;
}

/**
 * Elasticsearch as far as indices, templates and aliases go. It refuses what the real one refuses: an index that is there, a
 * second write index of an alias, a rollover without one.
 */
export class IndexStore {
  readonly origin = "https://search.example";
  readonly indices = new Map<string, Index>();
  /** By name; each for the indices that begin with its name and a dash. */
  readonly templates = new Map<string, { generation: string; settings?: Record<string, unknown> }>();
  readonly asked: string[] = [];

  get changes(): string[] {
    return this.asked.filter((line) => !line.startsWith("GET"));
  }

  writeIndices(alias: string): string[] {
    return [...this.indices].filter(([, { aliases }]) => aliases[alias]?.is_write_index).map(([name]) => name);
  }

  send(method: string, path: string, body?: object): Promise<ElasticsearchAnswer> {
    this.asked.push(`${method} ${path}`);
    const { pathname } = new URL(path, this.origin);
    const [status, document] = this.answer(method, pathname.slice(1).split("/"), body);
    const reason = status < 400 ? "" : (document as { error: { reason: string } }).error.reason;
    return Promise.resolve({ status, document, reason });
  }

  private answer(method: string, steps: string[], body: Partial<Index> = {}): [number, unknown] {
    const [first = "", second = ""] = steps;
    switch (`${method} ${first.startsWith("_") ? first : "*"}/${first.startsWith("_") ? "*" : second}`) {
      case "GET _index_template/*":
        return this.templates.has(second) ? [200, {}] : refused(404, `index template [${second}] not found`);
      case "GET _alias/*": {
        const found = this.select(({ aliases }) => second in aliases);
        if (found.length === 0) return [404, { error: { reason: `alias [${second}] missing` } }];
        return [
          200,
          Object.fromEntries(found.map(([name, { aliases }]) => [name, { aliases: { [second]: aliases[second]! } }])),
        ];
      }
      case "GET */_alias":
      case "GET */_mapping":
      case "GET */_settings":
        return [200, Object.fromEntries(this.select((_, name) => matches(first, name)))];
      case "PUT */_settings":
        Object.assign(this.indices.get(first)!.settings, body);
        return [200, {}];
      case "POST */_rollover": {
        const [from] = this.writeIndices(first);
        if (from === undefined) return refused(400, `rollover target [${first}] does not point to a write index`);
        this.indices.get(from)!.aliases[first] = { is_write_index: false };
        const next = String(Number(from.slice(-6)) + 1).padStart(6, "0");
        return this.make(`${from.slice(0, -6)}${next}`, { [first]: { is_write_index: true } });
      }
      case "PUT */":
        return this.make(first, body.aliases ?? {});
      default:
        throw new Error(`not known here: ${method} /${steps.join("/")}`);
    }
  }

  private make(name: string, aliases: Index["aliases"]): [number, unknown] {
    if (this.indices.has(name)) return refused(400, `index [${name}] already exists`);
    for (const alias of Object.keys(aliases)) {
      if (this.indices.has(alias)) return refused(400, `an index exists with the same name as the alias [${alias}]`);
      if (this.writeIndices(alias).length > 0) return refused(400, `alias [${alias}] has more than one write index`);
    }
    const template = [...this.templates].find(([of]) => name.startsWith(`${of}-`))?.[1];
    this.indices.set(name, {
      aliases,
      mappings: template ? { _meta: { generation: template.generation } } : {},
      settings: { ...template?.settings },
    });
    return [200, {}];
  }

  private select(wanted: (index: Index, name: string) => boolean): [string, Index][] {
    return [...this.indices].filter(([name, index]) => wanted(index, name));
  }
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function refused(status: number, reason: string): [number, unknown] {
  return [status, { error: { reason } }];
}
