import { createHash } from "node:crypto";
import { chmod, cp, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { images } from "../../../config/versions.ts";
import { debianLayer } from "../debian.ts";
import type { ImageDefinition } from "../image.ts";
import { filesLayer, hashTree, treeEntries } from "../layer.ts";
import { mavenFile, type MavenFile } from "../maven.ts";
import { stored } from "../store.ts";

const version = images.elasticsearch.split(":")[1]!;
const archive: MavenFile = {
  coordinates: `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${version}:zip`,
  sha256: "c3d95992e27741b33a8057118379cda8b17cfda9e46ff4ec25e3f5b94fc22b52",
};
const pluginSource = join(import.meta.dirname, "../elasticsearch-plugin");
const home = "usr/share/elasticsearch";
const uid = 1000;

/** The server, from the one distribution that a package registry has. @returns its folder. */
async function distribution(signal?: AbortSignal): Promise<string> {
  const zip = await mavenFile(archive, signal);
  const directory = await stored(
    `elasticsearch-${archive.sha256}`,
    async (staging) => {
      await execa("jar", ["xf", zip], { cwd: staging, ...(signal && { cancelSignal: signal }) });
    },
    signal,
  );
  return join(directory, `elasticsearch-${version}`);
}

/** The plugin, compiled against that server. @returns the folder of its archive. */
async function plugin(server: string, signal?: AbortSignal): Promise<string> {
  const key = createHash("sha256")
    .update(version)
    .update(await hashTree(pluginSource))
    .digest("hex");
  return stored(
    `elasticsearch-plugin-${key}`,
    async (directory) => {
      const options = { cwd: directory, ...(signal && { cancelSignal: signal }) };
      const sources = join(pluginSource, "src/company/local");
      const files = (await readdir(sources)).map((file) => join(sources, file));
      await mkdir(join(directory, "classes"));
      await execa("javac", ["--release", "17", "-d", "classes", "-cp", `${server}/lib/*`, ...files], options);
      // `--date`: the same classes give the same archive.
      await execa(
        "jar",
        ["--create", "--file=company-local.jar", "--date=2026-01-01T00:00:00Z", "-C", "classes", "."],
        options,
      );
    },
    signal,
  );
}

/** Puts the image's Elasticsearch into a folder, for a process outside of a pod. */
export async function elasticsearchHome(target: string, signal?: AbortSignal): Promise<void> {
  const server = await distribution(signal);
  await cp(server, target, { recursive: true });
  const own = join(target, "plugins/company-local");
  await mkdir(own, { recursive: true });
  await cp(join(await plugin(server, signal), "company-local.jar"), join(own, "company-local.jar"));
  await cp(join(pluginSource, "plugin-descriptor.properties"), join(own, "plugin-descriptor.properties"));
  // `jar` does not keep permissions.
  for (const name of await readdir(join(target, "bin"))) await chmod(join(target, "bin", name), 0o755);
}

/** Elasticsearch in the layout of the official image. */
export const elasticsearch: ImageDefinition = {
  name: images.elasticsearch,
  config: {
    user: `${uid}:0`,
    directory: `/${home}`,
    command: [`/${home}/bin/elasticsearch`],
    environment: { ES_JAVA_HOME: "/usr/lib/jvm/java-17-openjdk-amd64" },
  },
  async layers(signal) {
    const server = await distribution(signal);
    const pluginDir = await plugin(server, signal);
    const entries = await treeEntries(server, home, {
      keep: (path) => !path.endsWith(".bat") && !path.endsWith(".exe"),
    });
    return [
      debianLayer,
      await filesLayer([
        // `jar` does not keep permissions.
        ...entries.map((entry) => (entry.path.startsWith(`${home}/bin/`) ? { ...entry, mode: 0o755 } : entry)),
        { path: `${home}/data`, owner: [uid, 0], mode: 0o775 },
        { path: `${home}/plugins/company-local/company-local.jar`, file: join(pluginDir, "company-local.jar") },
        {
          path: `${home}/plugins/company-local/plugin-descriptor.properties`,
          file: join(pluginSource, "plugin-descriptor.properties"),
        },
      ]),
    ];
  },
};
