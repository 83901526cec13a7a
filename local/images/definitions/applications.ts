import { cp } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { repositoryDir } from "../../paths.ts";
import { debianLayer } from "../debian.ts";
import type { ImageDefinition } from "../image.ts";
import { filesLayer, hashTree, treeEntries } from "../layer.ts";
import { stored } from "../store.ts";
import { installed } from "./instrumentation.ts";

const services = join(repositoryDir, "local/landscape/services");
const user = "10001:10001";

/** Both Java services, built together from their sources. */
async function jars(signal?: AbortSignal): Promise<string> {
  const source = join(services, "java");
  const own = (path: string) => !path.split("/").includes("target");
  return stored(
    `company-java-${await hashTree(source, own)}`,
    async (directory) => {
      await cp(source, directory, { recursive: true, filter: (path) => own(path.slice(source.length + 1)) });
      await execa("mvn", ["-B", "-q", "-DskipTests", "package"], {
        cwd: directory,
        ...(signal && { cancelSignal: signal }),
      });
    },
    signal,
  );
}

function java(service: string): ImageDefinition {
  const path = `opt/${service}/${service}.jar`;
  return {
    name: `company/${service}:1.0.0`,
    config: {
      user,
      command: ["java", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", `/${path}`],
    },
    layers: async (signal) => [
      debianLayer,
      await filesLayer([{ path, file: join(await jars(signal), service, "target", `${service}.jar`) }]),
    ],
  };
}

const mesApi: ImageDefinition = {
  name: "company/mes-api:1.0.0",
  config: { user, directory: "/opt/mes-api", command: ["node", "--max-old-space-size=96", "server.js"] },
  async layers(signal) {
    const directory = await installed("company-mes-api", join(services, "mes-api"), signal);
    return [
      debianLayer,
      // The one that runs this program: the npm package `node`.
      await filesLayer([{ path: "usr/local/bin/node", file: process.execPath, mode: 0o755 }]),
      await filesLayer(await treeEntries(directory, "opt/mes-api")),
    ];
  },
};

/** The company's three back ends. */
export const applications: readonly ImageDefinition[] = [java("shop-api"), java("crm-api"), mesApi];
