import { copyFile, link, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, delimiter, dirname, join } from "node:path";
import manifest from "../../sdks/elasticstack/package.json" with { type: "json" };
import { repositoryDir } from "../paths.ts";
import { binary } from "../toolchain/index.ts";
import { packageVersion } from "../versions.ts";

/** Where the CLI and its plugins are to be. */
export interface Folders {
  /** For the CLI and, beside it, the language host: that is where the CLI looks first. */
  programs: string;
  /** $PULUMI_HOME. */
  home: string;
}

/** The local providers: plugin, version, folder with its `main.ts`. */
const standIns = [
  { plugin: "vault", version: packageVersion("@pulumi/vault"), source: "vault" },
  { plugin: manifest.pulumi.name, version: manifest.pulumi.version, source: "elasticstack" },
];

/**
 * Puts the CLI, the language host and all providers into place. Done before each run: another checkout may have been
 * the last one, and the scripts name the files of one checkout.
 *
 * @throws if the parts `pulumi` and `pulumi-kubernetes` are not in the toolchain's cache yet.
 */
export async function installPrograms({ programs, home }: Folders): Promise<void> {
  await Promise.all([
    place(join(programs, "pulumi"), (path) => sameFile(binary("pulumi"), path)),
    place(join(programs, "pulumi-language-nodejs"), (path) => writeScript(path, "nodejs")),
    place(pluginPath(home, "kubernetes", packageVersion("@pulumi/kubernetes")), (path) =>
      symlink(binary("pulumi-resource-kubernetes"), path),
    ),
    ...standIns.map(({ plugin, version, source }) =>
      place(pluginPath(home, plugin, version), (path) => writeScript(path, source)),
    ),
  ]);
}

/** The environment of an engine that has its own folders, its own state below `backend`, and no other plugins. */
export function engineVariables({
  programs,
  home,
  backend,
  passphrase,
}: Folders & { backend: string; passphrase: string }): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [programs, process.env["PATH"]].filter(Boolean).join(delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // A plugin of the same name elsewhere on PATH must not win over the one that belongs to this checkout.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
  };
}

function pluginPath(home: string, plugin: string, version: string): string {
  return join(home, "plugins", `resource-${plugin}-v${version}`, `pulumi-resource-${plugin}`);
}

/** A program may run while it is replaced: the new file takes the name, the old one stays whole. */
async function place(path: string, make: (path: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  await rm(temporary, { force: true });
  await make(temporary);
  await rename(temporary, path);
}

/** No symbolic link: the CLI would look beside the link's target for the language host. */
async function sameFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await copyFile(from, to);
  }
}

async function writeScript(path: string, source: string): Promise<void> {
  const main = join(repositoryDir, "local/providers", source, "main.ts");
  await writeFile(path, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(main)} "$@"\n`, { mode: 0o755 });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
