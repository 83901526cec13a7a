/**
 * `node test/kubernetes/extract.ts`: writes `oldest.json`, the fields of the oldest Kubernetes that the project takes, of the
 * kinds that it makes. From the schema in Kubernetes' own client for Go, by which it compares objects field by field.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { roots, type Schema } from "./schema.ts";

/** The last version of Kubernetes 1.29. */
const client = "k8s.io/client-go@v0.29.15";

interface TypeRef {
  scalar?: string;
  namedType?: string;
  list?: { elementType: TypeRef };
  map?: { elementType?: TypeRef; fields?: { name: string; type: TypeRef }[] };
}

function source(): string {
  const folder = mkdtempSync(join(tmpdir(), "kubernetes-schema-"));
  try {
    writeFileSync(join(folder, "go.mod"), "module schema\n");
    const answer = execFileSync("go", ["mod", "download", "-json", client], { cwd: folder, encoding: "utf8" });
    const { Dir } = JSON.parse(answer) as { Dir: string };
    return readFileSync(join(Dir, "applyconfigurations/internal/internal.go"), "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A type in one word: `string`, `#name`, `[]…` for lists, `{}…` for maps. */
function word({ scalar, namedType, list, map }: TypeRef): string {
  if (namedType !== undefined) return `#${namedType}`;
  if (list) return `[]${word(list.elementType)}`;
  if (map?.elementType) return `{}${word(map.elementType)}`;
  return scalar ?? "untyped";
}

const [, text] = /typed\.YAMLObject\(`([^`]+)`\)/.exec(source()) ?? [];
if (text === undefined) throw new Error(`${client} has no schema where it was.`);
const { types } = load(text) as { types: (TypeRef & { name: string })[] };
const all = new Map(types.map((type) => [type.name, type]));

const schema: Schema = {};
const left = Object.values(roots);
for (let name = left.pop(); name !== undefined; name = left.pop()) {
  const type = all.get(name);
  if (!type) throw new Error(`${client} has no type ${name}.`);
  if (name in schema) continue;
  const fields = type.map?.fields?.map((field): [string, string] => [field.name, word(field.type)]).sort();
  const words = fields?.map(([, each]) => each) ?? [word(type)];
  schema[name] = fields ? Object.fromEntries(fields) : words[0]!;
  left.push(...words.flatMap((each) => (each.includes("#") ? [each.slice(each.indexOf("#") + 1)] : [])));
}
const sorted = Object.fromEntries(Object.entries(schema).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(
  join(import.meta.dirname, "oldest.json"),
  `${JSON.stringify({ from: client, types: sorted }, null, 2)}\n`,
);
