import { writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { agentFiles } from "../../../components/collector/agent-config.ts";
import { collectorUid } from "../../../components/otel/collector-parts.ts";
import { instrumentationDir } from "../../../components/wiring/instrumentation.ts";
import { addedContainers, agentConfigData } from "../../../components/wiring/plan.ts";
import type { Service } from "../../../config/landscape.ts";
import type { Stack } from "../../../config/stack-file.ts";
import type { PreparedImages } from "./images.ts";
import { patchOf } from "./patch.ts";
import { valuesOf } from "../../variables.ts";
import { startProgram, type Program } from "./program.ts";
import { makeFolder, mountInto, type Roots } from "./root.ts";

/** The two containers that the patch adds, with its own commands, variables and files. */
export interface Added {
  /** Copies the instrumentation to where the application's container sees it. */
  copy(service: Service): Promise<void>;
  startAgent(service: Service): Promise<Program>;
}

interface Surroundings {
  readonly images: PreparedImages;
  readonly roots: Roots;
  readonly stack: Stack;
  /** PEM: who signs the gateway's certificate. */
  readonly ca: string;
}

/** @param shared folder of the instrumentation. */
export async function openAdded(
  like: Service,
  shared: string,
  { images, roots, stack, ca }: Surroundings,
): Promise<Added> {
  const container = (service: Service, name: string) =>
    patchOf(stack, ca, service).initContainers.find((one) => one.name === name)!;
  const imageOf = (name: string) => images[container(like, name).image]!;
  const copyRoot = await roots.open(imageOf(addedContainers.instrumentation));
  const agentRoot = await roots.open(imageOf(addedContainers.agent));
  await mountInto(copyRoot, instrumentationDir, shared);
  return {
    async copy(service) {
      const { command } = container(service, addedContainers.instrumentation);
      const program = startProgram({ root: copyRoot, command, env: {}, uid: collectorUid });
      if ((await program.ended) !== 0) throw new Error(`The instrumentation cannot be copied:\n${program.log()}`);
    },
    async startAgent(service) {
      const put = async (folder: string, files: Readonly<Record<string, string>>) => {
        const path = await makeFolder(agentRoot, folder);
        for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
      };
      await put(dirname(agentFiles.config), agentConfigData({ settings: stack.settings, stackRoot: ca }, service));
      // What stands for the gateway asks nobody who it is.
      await put(dirname(agentFiles.token), { [basename(agentFiles.token)]: "bench" });
      const { args, env } = container(service, addedContainers.agent);
      const { command } = imageOf(addedContainers.agent).config;
      return startProgram({
        ...{ root: agentRoot, command: [...command, ...args], env: valuesOf(env), uid: collectorUid },
      });
    },
  };
}
