import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";

interface Manifest {
  version: string;
  dependencies?: Record<string, string>;
  pulumi?: {
    resource?: boolean;
    name?: string;
    version?: string;
    parameterization?: { name: string; version: string; value: string };
  };
}

/**
 * The Pulumi packages among the program's dependencies. Without them the engine takes what the last run used for the
 * versions of explicit providers, so that a second run would show a change that nobody made.
 */
export async function requiredPackages(
  directory: string,
): Promise<InstanceType<typeof pluginProto.PackageDependency>[]> {
  const program = await manifest(join(directory, "package.json"));
  const names = Object.keys(program?.dependencies ?? {}).sort();
  const resolve = createRequire(join(directory, "package.json")).resolve;
  const found = await Promise.all(
    names.map(async (name) => {
      for (const folder of resolve.paths(name) ?? []) {
        const dependency = await manifest(join(folder, name, "package.json"));
        if (dependency) return described(name, dependency);
      }
      return undefined;
    }),
  );
  return found.filter((dependency) => dependency !== undefined);
}

function described(
  name: string,
  { version, pulumi }: Manifest,
): InstanceType<typeof pluginProto.PackageDependency> | undefined {
  if (!pulumi?.resource) return undefined;
  const dependency = new pluginProto.PackageDependency()
    .setKind("resource")
    .setName(pulumi.name ?? name.replace("@pulumi/", ""))
    .setVersion(`v${pulumi.version ?? version}`);
  if (!pulumi.parameterization) return dependency;
  const { name: packageName, version: packageVersion, value } = pulumi.parameterization;
  const parameter = new pluginProto.PackageParameterization();
  parameter.setName(packageName).setVersion(packageVersion).setValue(value);
  return dependency.setParameterization(parameter);
}

async function manifest(path: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Manifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
