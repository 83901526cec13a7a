import { cp } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { repositoryDir } from "../../paths.ts";
import { applicationImage } from "../../landscape/images.ts";
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
      // With the time, the same sources give the same jars.
      await execa(
        "mvn",
        ["-B", "-q", "-DskipTests", "-Dproject.build.outputTimestamp=2026-01-01T00:00:00Z", "package"],
        {
          cwd: directory,
          ...(signal && { cancelSignal: signal }),
        },
      );
    },
    signal,
  );
}

function java(service: string): ImageDefinition {
  const path = `opt/${service}/${service}.jar`;
  return {
    name: applicationImage(service),
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

/** A service in plain JavaScript, with its dependencies as its lock file has them. */
function node(service: string, ...options: string[]): ImageDefinition {
  return {
    name: applicationImage(service),
    config: { user, directory: `/opt/${service}`, command: ["node", ...options, "server.js"] },
    async layers(signal) {
      const directory = await installed(`company-${service}`, join(services, service), signal);
      return [
        debianLayer,
        // Of the npm package `node`, whichever runs this program: a distribution's needs libraries that the image lacks.
        await filesLayer([
          { path: "usr/local/bin/node", file: join(repositoryDir, "node_modules/node/bin/node"), mode: 0o755 },
        ]),
        await filesLayer(await treeEntries(directory, `opt/${service}`)),
      ];
    },
  };
}

/** The company's three back ends, and its identity provider. */
export const applications: readonly ImageDefinition[] = [
  java("shop-api"),
  java("crm-api"),
  node("mes-api", "--max-old-space-size=96"),
  node("login", "--max-old-space-size=96"),
];
