import { z } from "zod";

/** Any part of a schema. */
export type Schema = z.core.$ZodType;

/** What a person needs to know of a setting; it stands beside the setting's schema. */
export interface Meaning {
  description?: string | undefined;
  /** Unit of a number. */
  unit?: string | undefined;
  /** The value of a setting that may be left out is whatever this says. */
  absent?: string | undefined;
  examples?: unknown[] | undefined;
}

/** The parts of a schema's definition that are read here; zod has no public way through them. */
export interface Definition {
  type: string;
  innerType?: Schema;
  options?: Schema[];
  discriminator?: string;
  shape?: Record<string, Schema>;
  element?: Schema;
  valueType?: Schema;
  values?: unknown[];
  entries?: Record<string, string>;
  defaultValue?: unknown;
}

export function definitionOf(schema: Schema): Definition {
  return schema._zod.def;
}

/** The schema behind defaults and optionals. */
export function bare(schema: Schema): Schema {
  const { innerType } = definitionOf(schema);
  return innerType ? bare(innerType) : schema;
}

/** The alternative of a choice by tag that a value has chosen. */
function chosenOption(schema: Schema, value: unknown): Schema | undefined {
  const { options = [], discriminator } = definitionOf(schema);
  if (discriminator === undefined) return undefined;
  const tag = (value as Record<string, unknown> | null | undefined)?.[discriminator];
  return options.find((option) => option._zod.propValues?.[discriminator]?.has(tag as string));
}

/** The schemas of an object's keys; of a choice, those of the chosen alternative. None for anything else. */
export function shapeOf(schema: Schema, value: unknown): Record<string, Schema> {
  const inner = bare(schema);
  const { shape, discriminator } = definitionOf(inner);
  if (discriminator === undefined) return shape ?? {};
  const chosen = chosenOption(inner, value);
  return chosen ? shapeOf(chosen, value) : {};
}

/** The schema of one key, index or record entry. */
export function childOf(schema: Schema, key: PropertyKey, value: unknown): Schema | undefined {
  const { element, valueType, options, discriminator } = definitionOf(bare(schema));
  if (element ?? valueType) return element ?? valueType;
  const find = (shape: Record<string, Schema>) => (Object.hasOwn(shape, String(key)) ? shape[String(key)] : undefined);
  const child = find(shapeOf(schema, value));
  if (child || discriminator === undefined) return child;
  // Nothing is chosen yet: the tag itself is in every alternative.
  return options?.map((option) => find(shapeOf(option, value))).find(Boolean);
}

/** What is said of a schema, also behind its default. */
export function meaningOf(schema: Schema): Meaning {
  const own = z.globalRegistry.get(schema) as Meaning | undefined;
  const { innerType } = definitionOf(schema);
  return own ?? (innerType ? meaningOf(innerType) : {});
}

/** True: the stack has to say it. */
export function isRequired(schema: Schema): boolean {
  return schema._zod.optin === undefined;
}

/** A value that can be written for a schema: its own example, else one made of its parts. */
export function exampleOf(schema: Schema): unknown {
  const { examples } = meaningOf(schema);
  if (examples) return examples[0];
  const { shape, element, options, values } = definitionOf(bare(schema));
  if (values) return values[0];
  if (element) return [exampleOf(element)];
  if (options?.[0]) return exampleOf(options[0]);
  if (!shape) return undefined;
  const required = Object.entries(shape).filter(([, child]) => isRequired(child));
  // Where nothing has to be said, one key shows how the block is written.
  const shown = required.length > 0 ? required : Object.entries(shape).slice(0, 1);
  return Object.fromEntries(shown.map(([key, child]) => [key, exampleOf(child)]));
}
