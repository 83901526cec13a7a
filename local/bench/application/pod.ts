import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { request } from "undici";
import { instrumentationDir } from "../../../components/wiring/instrumentation.ts";
import type { Service } from "../../../config/landscape.ts";
import type { Stack } from "../../../config/stack-file.ts";
import { untilItWorks } from "../../wait.ts";
import { openAdded } from "./added.ts";
import { environmentOf, type Secrets } from "./company.ts";
import type { PreparedImages } from "./images.ts";
import { applicationOf, patchOf } from "./patch.ts";
import { valuesOf } from "../../variables.ts";
import { startProgram, type Program } from "./program.ts";
import { mountInto, type Roots } from "./root.ts";

/** A back end that answers, as the company runs it or as the stack's patch makes it. */
export interface Pod {
  readonly application: Program;
  /** Undefined: it is not wired. */
  readonly agent?: Program | undefined;
  /** What the copy of the instrumentation took, seconds. */
  readonly copySeconds: number;
  /** From then on to the first answer, seconds. */
  readonly startSeconds: number;
  stop(): Promise<void>;
}

/** Where pods of a service are started, one after the other. */
export interface PodPlace {
  /** The application's files. */
  readonly root: string;
  /** @param service with the profile that it is to have. Undefined: it is not wired. */
  start(service: Service | undefined): Promise<Pod>;
}

const startMs = 180_000;

interface Surroundings {
  readonly folder: string;
  readonly images: PreparedImages;
  readonly roots: Roots;
  readonly secrets: Secrets;
  readonly stack: Stack;
  /** PEM: who signs the gateway's certificate. */
  readonly ca: string;
  readonly signal: AbortSignal;
}

/** Prepares the files of a service's containers. */
export async function openPlace(like: Service, surroundings: Surroundings): Promise<PodPlace> {
  const { folder, images, roots, secrets, stack, ca, signal } = surroundings;
  const workload = applicationOf(like.id);
  const image = images[workload.image]!;
  const shared = join(folder, "instrumentation");
  await mkdir(shared);
  // In memory, and everybody's to write to. On a disk the time of the copy is that of others as well: ext4 without a journal looks
  // at each file that was deleted a moment ago, here or by anybody, before it makes a new one.
  await execa("mount", ["-t", "tmpfs", "tmpfs", shared]);
  const root = await roots.open(image);
  await mountInto(root, instrumentationDir, shared);
  const added = await openAdded(like, shared, { images, roots, stack, ca });

  const answer = async () => {
    const { statusCode, body } = await request(`http://127.0.0.1:${workload.port}/health`, { signal });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`/health answers ${statusCode}: ${text}`);
  };
  return {
    root,
    async start(service) {
      // A new pod has an empty volume.
      for (const name of await readdir(shared)) await rm(join(shared, name), { recursive: true });
      const before = performance.now();
      if (service) await added.copy(service);
      const begin = performance.now();
      const agent = service && (await added.startAgent(service));
      const { command, directory } = image.config;
      const variables = service ? patchOf(stack, ca, service).containers[0]!.env : [];
      const application = startProgram({
        ...{ root, command, directory, uid: workload.uid },
        env: { ...environmentOf(workload.env, secrets), ...valuesOf(variables) },
      });
      const programs = [application, ...(agent ? [agent] : [])];
      const passing = () => programs.every((one) => one.runs());
      await untilItWorks(answer, { limit: startMs, every: 50, signal, passing }).catch((error: unknown) => {
        const logs = programs.map((one) => one.log()).join("\n");
        throw new Error(`${like.id} does not start: ${(error as Error).message}\n${logs}`, { cause: error });
      });
      return {
        ...{ application, agent },
        copySeconds: service ? (begin - before) / 1_000 : 0,
        startSeconds: (performance.now() - begin) / 1_000,
        async stop() {
          // The application first: what it still has goes through the agent.
          for (const one of programs) await one.stop();
        },
      };
    },
  };
}
