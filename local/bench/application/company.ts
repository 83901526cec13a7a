import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { once } from "node:events";
import type { V1EnvVar } from "@kubernetes/client-node";
import { accounts } from "../../landscape/accounts.ts";
import type { Workload } from "../../landscape/kubernetes/workload.ts";
import { untilItWorks } from "../../wait.ts";
import type { PreparedImages } from "./images.ts";
import { startProgram, type Program } from "./program.ts";
import type { Roots } from "./root.ts";

/** What an account of a store is: the Secrets of the landscape. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The landscape's accounts, with passwords that are good for one run. */
export const newSecrets = (): Secrets =>
  Object.fromEntries(
    accounts.map(({ name, username }) => [name, { username, password: randomBytes(18).toString("base64url") }]),
  );

/** Variables of a container as its process gets them. */
export function environmentOf(variables: readonly V1EnvVar[], secrets: Secrets): Record<string, string> {
  return Object.fromEntries(
    variables.map(({ name, value, valueFrom }) => {
      const { name: secret = "", key = "" } = valueFrom?.secretKeyRef ?? {};
      const known = value ?? secrets[secret]?.[key];
      if (known === undefined) throw new Error(`${name} comes from what is not there: ${JSON.stringify(valueFrom)}`);
      return [name, known];
    }),
  );
}

/** How long a store may take to its first answer, milliseconds. */
const startMs = 120_000;

/** Starts a store of the landscape with its image, variables and user, and waits until it can be reached. */
export async function startStore(
  workload: Workload,
  { images, roots, secrets, signal }: { images: PreparedImages; roots: Roots; secrets: Secrets; signal: AbortSignal },
): Promise<Program> {
  const { name, image, port, uid, env, scratch = [], data } = workload;
  const prepared = images[image]!;
  const root = await roots.open(prepared);
  for (const path of [...scratch, ...(data ? [data.path] : [])]) await roots.volume(root, path, uid);
  const { command, directory, environment } = prepared.config;
  const program = startProgram({
    ...{ root, command, directory, uid },
    env: { ...environment, ...environmentOf(env, secrets) },
  });
  const reach = async () => {
    const socket = connect({ host: "127.0.0.1", port });
    await once(socket, "connect").finally(() => socket.destroy());
  };
  await untilItWorks(reach, { limit: startMs, every: 100, signal, passing: () => program.runs() }).catch((error) => {
    throw new Error(`${name} does not start:\n${program.log()}`, { cause: error });
  });
  return program;
}
