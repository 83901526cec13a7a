import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import yaml from "js-yaml";
import { imageVersion, moduleVersion } from "../versions.ts";
import { goBuild, run, type Workplace } from "./go.ts";

interface Manifest {
  readonly dist: Readonly<Record<string, string>>;
  readonly [kind: string]: Readonly<Record<string, string>> | readonly { readonly gomod: string }[];
}

/** The manifest of a collector's module with what the builder wants besides: versions, and where to write to. */
async function completeManifest(module: string, output: string): Promise<Manifest> {
  const { dist, ...components } = yaml.load(await readFile(join(module, "manifest.yaml"), "utf8")) as Manifest;
  const versioned = Object.entries(components as Record<string, { gomod: string }[]>).map(([kind, list]) => [
    kind,
    list.map(({ gomod }) => ({ gomod: `${gomod} v${moduleVersion(module, gomod)}` })),
  ]);
  const complete = { ...dist, version: imageVersion("collector"), output_path: output };
  return { dist: complete, ...Object.fromEntries(versioned) } as Manifest;
}

/**
 * Generates the collector's source from the committed manifest, go.mod and go.sum.
 *
 * @returns folder of the generated module, inside of the scratch folder.
 */
export async function generateCollector(module: string, builderModule: string, place: Workplace): Promise<string> {
  const { scratch } = place;
  const builder = join(scratch, "builder");
  const source = join(scratch, "source");
  await goBuild(
    { module: builderModule, packages: ["go.opentelemetry.io/collector/cmd/builder"], ldflags: "", output: builder },
    place,
  );

  await mkdir(source, { recursive: true });
  for (const file of ["go.mod", "go.sum"]) await copyFile(join(module, file), join(source, file));
  const config = join(scratch, "manifest.yaml");
  await writeFile(config, yaml.dump(await completeManifest(module, source)));

  // Not "get modules": the versions are those of the committed go.mod, some of which the manifest's check would refuse.
  const flags = ["--skip-get-modules", "--skip-strict-versioning", "--skip-compilation"];
  await run([builder, "--config", config, ...flags], source, place);
  return source;
}
