import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { V1JSONSchemaProps, type V1CustomResourceDefinition } from "@kubernetes/client-node";
import { execa } from "execa";
import { loadAll } from "js-yaml";
import { stored } from "../../images/store.ts";
import { goEnvironment } from "../../toolchain/go.ts";
import { part } from "../../toolchain/parts.ts";
import { labels } from "../kubernetes/workload.ts";
import { name } from "./settings.ts";

const module = "github.com/traefik/traefik/v3";
const definitions = "docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml";

/**
 * Definitions of Traefik's custom resources, of the version that runs: upstream's own file out of its Go module, whose
 * content go.sum vouches for. Kept in the cache.
 *
 * @throws if the module cannot be had
 */
export async function customResources(signal?: AbortSignal): Promise<V1CustomResourceDefinition[]> {
  const { version, module: folder } = part("traefik");
  const directory = await stored(
    `traefik-custom-resources-${version}`,
    async (staging) => {
      const { stdout } = await execa("go", ["mod", "download", "-json", module], {
        cwd: folder,
        env: goEnvironment,
        ...(signal && { cancelSignal: signal }),
      });
      const { Dir } = JSON.parse(stdout) as { Dir: string };
      await copyFile(join(Dir, definitions), join(staging, "definitions.yaml"));
    },
    signal,
  );
  const documents = loadAll(await readFile(join(directory, "definitions.yaml"), "utf8"));
  return (documents as V1CustomResourceDefinition[]).map(({ apiVersion, kind, metadata, spec }) => ({
    apiVersion,
    kind,
    metadata: { ...metadata, labels: labels(name) },
    spec: {
      ...spec,
      versions: spec.versions.map((served) => ({
        ...served,
        schema: { openAPIV3Schema: asClientSpells(served.schema!.openAPIV3Schema as Schema) },
      })),
    },
  }));
}

type Schema = Record<string, unknown>;

/** Keys of a schema that have another name in the client's types, such as `x-kubernetes-int-or-string`. */
const spelling = new Map(V1JSONSchemaProps.getAttributeTypeMap().map(({ baseName, name: own }) => [baseName, own]));

/** A schema as the client's types have it: it leaves out without a word what is spelled as in YAML. */
function asClientSpells(schema: Schema): Schema {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [spelling.get(key) ?? key, insideOf(key, value)]),
  );
}

/** What the types call `any`, such as `items`, is passed on as it is: there YAML's spelling is right. */
function insideOf(key: string, value: unknown): unknown {
  if (key === "properties") {
    return Object.fromEntries(
      Object.entries(value as Record<string, Schema>).map(([property, schema]) => [property, asClientSpells(schema)]),
    );
  }
  if (key === "not") return asClientSpells(value as Schema);
  return ["anyOf", "allOf", "oneOf"].includes(key) ? (value as Schema[]).map(asClientSpells) : value;
}
