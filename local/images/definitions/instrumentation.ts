import { cp } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { images } from "../../../config/versions.ts";
import { debianLayer } from "../debian.ts";
import type { ImageDefinition } from "../image.ts";
import { filesLayer, hashTree, treeEntries } from "../layer.ts";
import { mavenFile, type MavenFile } from "../maven.ts";
import { stored } from "../store.ts";

const javaVersion = images.autoinstrumentationJava.split(":")[1]!;
const javaAgent: MavenFile = {
  coordinates: `io.opentelemetry.javaagent:opentelemetry-javaagent:${javaVersion}`,
  sha256: "9d6bc2ad8dd8fb7f730984988e57b8ac0a82d81c7b3b8ae795378718733a509d",
};
const nodeSource = join(import.meta.dirname, "../autoinstrumentation-nodejs");

/** The Java agent, where the OpenTelemetry operator's image has it. */
const java: ImageDefinition = {
  name: images.autoinstrumentationJava,
  config: { command: ["/bin/sh"] },
  async layers(signal) {
    const file = await mavenFile(javaAgent, signal);
    return [debianLayer, await filesLayer([{ path: "javaagent.jar", file }])];
  },
};

/** The Node.js instrumentation, where the OpenTelemetry operator's image has it. */
const nodejs: ImageDefinition = {
  name: images.autoinstrumentationNodejs,
  config: { command: ["/bin/sh"] },
  async layers(signal) {
    const directory = await installed("autoinstrumentation-nodejs", nodeSource, signal);
    return [debianLayer, await filesLayer(await treeEntries(directory, "autoinstrumentation"))];
  },
};

/** Image whose agent ends every virtual machine that loads it: for `npm run local:broken`. */
export const brokenJava = "company/broken-instrumentation:1.0.0";

const broken: ImageDefinition = {
  name: brokenJava,
  config: { command: ["/bin/sh"] },
  layers: async () => [debianLayer, await filesLayer([{ path: "javaagent.jar", content: "no archive\n" }])],
};

export const instrumentation: readonly ImageDefinition[] = [java, nodejs, broken];

/** A Node.js project with its dependencies as the lock file has them. The key is its source without them. */
export async function installed(name: string, source: string, signal?: AbortSignal): Promise<string> {
  const own = (path: string) => path.split("/")[0] !== "node_modules";
  return stored(
    `${name}-${await hashTree(source, own)}`,
    async (directory) => {
      await cp(source, directory, { recursive: true, filter: (path) => own(path.slice(source.length + 1)) });
      const args = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
      await execa("npm", args, { cwd: directory, ...(signal && { cancelSignal: signal }) });
    },
    signal,
  );
}
