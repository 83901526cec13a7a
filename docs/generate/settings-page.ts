import { dump } from "js-yaml";
import { z } from "zod";
import { writeAs } from "../../config/explain.ts";
import {
  bare,
  definitionOf,
  exampleOf,
  isRequired,
  meaningOf,
  shapeOf,
  type Schema,
} from "../../config/schema-walk.ts";
import { markdownTable } from "../../lib/markdown-table.ts";
import { code, generated } from "./markdown.ts";

/** Blocks whose keys are names of the landscape: one row stands for all of them. */
const named: Record<string, string> = {
  services: "<service>",
  "sampling.services": "<service>",
  "expected.services": "<service>",
  "images.overrides": "<image>",
};

/** The page of all settings: one section a block. */
export function settingsPage(schema: Schema): string {
  const sections = Object.entries(shapeOf(schema, undefined)).map(([name, block]) => section(name, block));
  return [
    generated,
    "# Settings",
    "Keys of `Pulumi.<stack>.yaml`, each block behind the prefix `order-tracing:`. A block that is left out, or left empty, has its defaults. Settings that cannot be used stop the run before anything changes, with the line to write. `config/pulumi-stack.schema.json` tells editors the same.",
    "The commands read the stack file without the engine. So settings stand in that file, or as defaults for all stacks in `Pulumi.yaml`; they are not encrypted, as none is secret, and they do not come from a Pulumi ESC environment, which may hold credentials only.",
    ...sections,
  ].join("\n\n");
}

function section(name: string, block: Schema): string {
  const { description } = meaningOf(block);
  const { options, discriminator } = definitionOf(bare(block));
  const tables = options
    ? options.flatMap((option) => {
        const tag = [...(option._zod.propValues?.[discriminator!] ?? [])].join(", ");
        return [
          `### ${code(`${discriminator}: ${tag}`)}`,
          meaningOf(option).description ?? "",
          settingsTable(name, option),
        ];
      })
    : [settingsTable(name, block)];
  return [`## ${name}`, description, "```yaml", writeAs([name], exampleOf(block)), "```", ...tables]
    .filter((part) => part !== undefined)
    .join("\n\n")
    .replaceAll("```yaml\n\n", "```yaml\n")
    .replaceAll("\n\n```\n", "\n```\n");
}

function settingsTable(name: string, block: Schema): string {
  const rows = Object.keys(shapeOf(block, undefined)).length > 0 ? rowsOf(name, "", block) : [row(name, block)];
  return markdownTable(["key", "value", "unit", "default", "meaning", "example"], rows);
}

/** Rows for everything below a block; a key deeper down is written with dots. */
function rowsOf(block: string, above: string, schema: Schema): string[][] {
  const placeholder = named[[block, above].filter(Boolean).join(".")];
  const entries = Object.entries(shapeOf(schema, undefined));
  return (placeholder ? entries.slice(0, 1) : entries).flatMap(([key, child]) => {
    const path = [above, placeholder ?? key].filter(Boolean).join(".");
    const inner = Object.keys(shapeOf(child, undefined)).length > 0 ? rowsOf(block, path, child) : [];
    return [row(path, child), ...inner];
  });
}

function row(key: string, schema: Schema): string[] {
  const { description = "", unit = "" } = meaningOf(schema);
  const isBlock = Object.keys(shapeOf(schema, undefined)).length > 0;
  return [
    code(key),
    allowed(schema),
    unit,
    defaultOf(schema),
    description,
    isBlock ? "" : code(inline(exampleOf(schema))),
  ];
}

function defaultOf(schema: Schema): string {
  if (isRequired(schema)) return "**required**";
  const { absent } = meaningOf(schema);
  if (absent !== undefined) return absent;
  const { defaultValue } = definitionOf(schema);
  return defaultValue === undefined || isEmpty(defaultValue) ? "" : code(inline(defaultValue));
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** What may be written: a kind of value, with its bounds, or the choice. */
function allowed(schema: Schema): string {
  const inner = bare(schema);
  const { type, element, values, entries } = definitionOf(inner);
  switch (type) {
    case "number": {
      const { type: kind, minimum, maximum } = z.toJSONSchema(inner);
      const bounds = maximum === Number.MAX_SAFE_INTEGER ? `${minimum} or more` : `${minimum} to ${maximum}`;
      return `${kind === "integer" ? "whole number" : "number"}, ${bounds}`;
    }
    case "boolean":
      return "`true` or `false`";
    case "literal":
      return (values ?? []).map((value) => code(String(value))).join(", ");
    case "enum":
      return Object.keys(entries ?? {}).length > 5
        ? "a name of the catalogue"
        : Object.values(entries ?? {})
            .map(code)
            .join(", ");
    case "array":
      return `list: ${element ? allowed(element) : ""}`;
    case "union":
      return "address range (CIDR)";
    case "object":
    case "record":
      return "block";
    default:
      return "text";
  }
}

function inline(value: unknown): string {
  return dump(value, { flowLevel: 0, lineWidth: -1, quotingType: '"' }).trimEnd();
}
