import type { KubeConfig, KubernetesObject } from "@kubernetes/client-node";
import { ask, read } from "../check/answer.ts";
import { objects } from "../check/read.ts";
import type { Refresh } from "../engine/refreshed.ts";
import { commandToDelete } from "./commands.ts";
import type { Drift, Remark } from "./drift.ts";
import { valueAt } from "./fields.ts";
import { authorsOf } from "./owners.ts";

/** What opens ways into the stack's pods, gives rights in its namespace, or runs beside it. */
const kinds = [
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
  { apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
  { apiVersion: "v1", kind: "Service" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
  { apiVersion: "apps/v1", kind: "Deployment" },
  { apiVersion: "apps/v1", kind: "StatefulSet" },
  { apiVersion: "apps/v1", kind: "DaemonSet" },
  { apiVersion: "batch/v1", kind: "CronJob" },
] as const;

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
    kinds.map(async ({ apiVersion, kind }) => ({
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

/**
 * What stands in the namespace and is not the stack's. What a controller has made of an object is that object's.
 *
 * @param expected field managers of the company's own controllers, whose objects are none.
 */
export function strangersAmong(
  { objects: found, unread }: Neighbours,
  { resources }: Refresh,
  expected: readonly string[],
): { drifts: Drift[]; remarks: Remark[] } {
  const identity = (object: unknown) =>
    ["kind", "metadata.namespace", "metadata.name"].map((path) => valueAt(object, path.split("."))).join("/");
  const own = new Set(resources.map(({ recorded }) => identity(recorded)));
  const drifts = found
    .filter((object) => !own.has(identity(object)) && !object.metadata?.ownerReferences?.length)
    .map((object) => ({ object, by: authorsOf(object) }))
    .filter(({ by }) => !by.some(({ manager }) => expected.includes(manager)))
    .map(({ object, by }): Drift => ({
      urn: undefined,
      kind: object.kind!,
      subject: `${object.metadata!.namespace}/${object.metadata!.name}`,
      what: "stranger",
      by,
      mend: "commands",
      commands: [commandToDelete(object)],
    }));
  const remarks = unread.map((kind) => ({
    subject: kind,
    text: "the run may not list them: whether others stand in the namespace is not known",
  }));
  return { drifts, remarks };
}
