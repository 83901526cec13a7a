import { workloadPatch } from "../../../components/wiring/plan.ts";
import type { Service } from "../../../config/landscape.ts";
import type { Stack } from "../../../config/stack-file.ts";
import { applications } from "../../landscape/applications.ts";
import type { Workload } from "../../landscape/kubernetes/workload.ts";

/** The plan's patch, as far as it is run here: all of it is plain values. */
interface PodPatch {
  initContainers: { name: string; image: string; command: string[]; args: string[]; env: EnvVar[] }[];
  containers: { env: EnvVar[] }[];
}
type EnvVar = Readonly<Record<"name" | "value", string>>;

/** The workload of a service in the landscape. */
export function applicationOf(id: string): Workload {
  const found = applications.find(({ name }) => name === id);
  if (!found) throw new Error(`The landscape has no back end ${id}.`);
  return found;
}

/** The patch of a service's pod, in a stack whose certificates are signed by `ca`. */
export function patchOf(stack: Stack, ca: string, service: Service): PodPatch {
  const { spec } = workloadPatch({ stack: stack.name, settings: stack.settings, stackRoot: ca }, service);
  return spec.template.spec as unknown as PodPatch;
}

/** Images that a wired pod of a service needs. */
export function imagesOf(stack: Stack, service: Service): string[] {
  const { initContainers } = patchOf(stack, "", service);
  return [applicationOf(service.id).image, ...initContainers.map(({ image }) => image)];
}
