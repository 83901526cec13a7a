import {
  CustomObjectsApi,
  SchedulingV1Api,
  StorageV1Api,
  type KubeConfig,
  type V1PriorityClass,
  type V1StorageClass,
} from "@kubernetes/client-node";
import type { Settings } from "../../config/settings.ts";
import { ask, type Answer } from "./answer.ts";
import { routeApis } from "./needs.ts";

/** What of the cluster the stack's own objects refer to. */
export interface LiveNeeds {
  /** Kinds that the cluster knows of the ingress controller's API; missing: it does not know that API. */
  routeKinds: Answer<string[]>;
  storageClasses: Answer<V1StorageClass[]>;
  /** The one of the settings. Undefined: they name none. */
  priorityClass: Answer<V1PriorityClass> | undefined;
}

/** Reads what the stack's own objects refer to. */
export async function readNeeds(config: KubeConfig, { access, pods }: Settings): Promise<LiveNeeds> {
  const { group, version } = routeApis[access.ingress.controller];
  const { priorityClass: name } = pods;
  const [routeKinds, storageClasses, priorityClass] = await Promise.all([
    ask(async () => {
      const { resources } = await config.makeApiClient(CustomObjectsApi).getAPIResources({ group, version });
      return resources.map(({ kind }) => kind);
    }),
    ask(async () => (await config.makeApiClient(StorageV1Api).listStorageClass()).items),
    name === undefined ? undefined : ask(() => config.makeApiClient(SchedulingV1Api).readPriorityClass({ name })),
  ]);
  return { routeKinds, storageClasses, priorityClass };
}
