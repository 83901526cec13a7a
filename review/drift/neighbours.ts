import type { KubeConfig, KubernetesObject } from "@kubernetes/client-node";
import { ask, read } from "../check/answer.ts";
import { objects } from "../check/read.ts";
import { neighbourKinds } from "./neighbour-kinds.ts";

/** What stands in the stack's namespace. */
export interface Neighbours {
  readonly objects: readonly KubernetesObject[];
  /** Kinds that the run may not list. */
  readonly unread: readonly string[];
}

/**
 * Lists what stands in a namespace, of the kinds that matter. Nothing is changed.
 *
 * @throws AskError if the API server cannot be reached.
 */
export async function readNeighbours(config: KubeConfig, namespace: string): Promise<Neighbours> {
  const api = objects(config);
  const answers = await Promise.all(
    neighbourKinds.map(async ({ apiVersion, kind }) => ({
      kind,
      answer: await ask(async () =>
        // A list names the kind of its items once.
        (await api.list(apiVersion, kind, namespace)).items.map((item) => ({ ...item, apiVersion, kind })),
      ),
    })),
  );
  return {
    objects: answers.flatMap(({ answer }) => read(answer) ?? []),
    unread: answers.flatMap(({ kind, answer }) => (answer.state === "unread" ? [kind] : [])),
  };
}
