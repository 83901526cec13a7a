import { tagDot } from "../../components/elasticsearch/names.ts";
import { finderOf, textOf } from "../../lib/planted/forms.ts";
import type { Stored } from "../../lib/elasticsearch/store.ts";

/** A text of a document and where it stands. */
interface Leaf {
  field: string;
  text: string;
}

/** Where Jaeger has tags as fields: by their names, in which something else stands for the dots. */
const tagFields = /(?:^|\.)tag$/;

/** Every text and number of a document, keys included. */
export function leavesOf(value: unknown, field = ""): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, field));
  if (typeof value === "object" && value !== null) {
    const { key } = value as { key?: unknown };
    return Object.entries(value).flatMap(([name, inner]) => {
      // Tags of events are a list of keys and values.
      const tag = tagFields.test(field) ? name.replaceAll(tagDot, ".") : name === "value" ? key : undefined;
      return [
        { field: `name of a field of ${field || "the document"}`, text: name },
        ...leavesOf(inner, `${field}${typeof tag === "string" ? `[${tag}]` : `.${name}`}`),
      ];
    });
  }
  return value === null || value === undefined
    ? []
    : [{ field: field.replace(/^\./, ""), text: typeof value === "string" ? value : JSON.stringify(value) }];
}

/** A value that is looked for, in whatever form. */
export class Wanted {
  readonly #finds: (text: ReturnType<typeof textOf>) => boolean;

  /** @param parts what of it must not be found. Any of them is too much. */
  constructor(parts: readonly string[]) {
    const finders = parts.map(finderOf);
    this.#finds = (text) => finders.some((finds) => finds(text));
  }

  /** Whether the text of documents holds it: their JSON, as {@link textOf} gives it. */
  isIn(text: ReturnType<typeof textOf>): boolean {
    return this.#finds(text);
  }

  /** Where in a document it stands; nowhere, as a rule. */
  fieldsIn(document: Stored): string[] {
    if (!this.isIn(textOfDocuments([document]))) return [];
    const fields = leavesOf(document.source)
      .filter(({ text }) => this.#finds(textOf(text)))
      // The key of an attribute can hold the value too, and is not to be printed then.
      .map(({ field }) => (this.#finds(textOf(field)) ? field.replace(/\[.*/s, "[a key that holds it]") : field));
    return fields.length > 0 ? [...new Set(fields)] : ["several fields together"];
  }
}

/** The documents' text. Elasticsearch gives back what Jaeger wrote, with escapes of its own: decoded, each value has one form less. */
export function textOfDocuments(documents: readonly Stored[]) {
  return textOf(JSON.stringify(documents.map(({ source }) => source)));
}
