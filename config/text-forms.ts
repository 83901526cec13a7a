import { bare, definitionOf, shapeOf, type Schema } from "./schema-walk.ts";

/**
 * Values as the schema wants them. The engine hands JSON text over, and `pulumi config set` writes numbers and booleans as
 * text: what a text means follows from the setting, not from its looks, as "1.20" may be a number or the tag of an image.
 * A block that was emptied (`sampling:`) counts as absent at every depth, so that its defaults hold.
 *
 * What cannot be understood stays as it is, for the schema to refuse.
 */
export function fromText(schema: Schema, value: unknown): unknown {
  const inner = bare(schema);
  const { type, element, valueType } = definitionOf(inner);
  if (typeof value === "string") return fromString(schema, type, value);
  if (Array.isArray(value)) return element ? value.map((item) => fromText(element, item)) : (value as unknown[]);
  if (typeof value !== "object" || value === null) return value;
  const known = shapeOf(inner, value);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]: [string, unknown]) => {
        const child = Object.hasOwn(known, key) ? known[key] : valueType;
        return [key, child ? fromText(child, item) : item];
      }),
  );
}

function fromString(schema: Schema, type: string, text: string): unknown {
  switch (type) {
    case "number":
      return /^[+-]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
    case "boolean":
      return text.trim() === "true" ? true : text.trim() === "false" ? false : text;
    case "object":
    case "record":
    case "array":
    case "union": {
      const value = parsedBlock(text);
      return value === undefined ? text : fromText(schema, value);
    }
    default:
      return text;
  }
}

/** An object or list from JSON text. Anything else is no block. */
function parsedBlock(text: string): object | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
