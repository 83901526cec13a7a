import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import yaml from "js-yaml";
import { goBuild, run } from "./go.ts";

/**
 * Generates the collector's source from the committed manifest, go.mod and go.sum.
 *
 * @returns folder of the generated module, inside `scratch`.
 */
export async function generateCollector(
  module: string,
  builderModule: string,
  scratch: string,
  log: string,
  signal: AbortSignal,
): Promise<string> {
  const builder = join(scratch, "builder");
  const source = join(scratch, "source");
  await goBuild(
    {
      module: builderModule,
      packages: ["go.opentelemetry.io/collector/cmd/builder"],
      ldflags: "",
      output: builder,
      scratch,
      log,
    },
    signal,
    () => {},
  );

  await mkdir(source, { recursive: true });
  for (const file of ["go.mod", "go.sum"]) await copyFile(join(module, file), join(source, file));
  const manifest = yaml.load(await readFile(join(module, "manifest.yaml"), "utf8")) as {
    dist: Record<string, unknown>;
  };
  manifest.dist["output_path"] = source;
  const config = join(scratch, "manifest.yaml");
  await writeFile(config, yaml.dump(manifest));

  // Not "get modules": the versions are those of the committed go.mod, some of which the manifest's check would refuse.
  const flags = ["--skip-get-modules", "--skip-strict-versioning", "--skip-compilation"];
  await run(builder, ["--config", config, ...flags], source, scratch, log, signal);
  return source;
}
