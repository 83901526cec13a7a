import { createHash } from "node:crypto";
import type { types } from "@pulumi/kubernetes";

export type Container = types.input.core.v1.Container;
export type Volume = types.input.core.v1.Volume;
export type VolumeMount = types.input.core.v1.VolumeMount;

/** What Pod Security "restricted" asks of a container, and a root file system that nobody writes to. */
export const restrictedContainer: types.input.core.v1.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

/** What Pod Security "restricted" asks of a pod. All containers share the user, so that files of the memory volume can be group-readable only. */
export function restrictedPod(uid: number): types.input.core.v1.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: uid,
    runAsGroup: uid,
    fsGroup: uid,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** How large a container is. */
export interface Size {
  /** Request, in cores, for example `50m`. */
  cpu: string;
  /** Request and limit, MiB. */
  memoryMib: number;
  /** Limit, in cores. Default none: throttling a collector shows up as back-pressure in the applications. */
  cpuLimit?: string | undefined;
}

/** Requests and limits. */
export function resources({ cpu, memoryMib, cpuLimit }: Size): types.input.core.v1.ResourceRequirements {
  const memory = `${memoryMib}Mi`;
  return { requests: { cpu, memory }, limits: { memory, ...(cpuLimit !== undefined && { cpu: cpuLimit }) } };
}

/** A volume for secrets: in memory, never on a disk. */
export function memoryVolume(name: string, sizeMib: number): Volume {
  return { name, emptyDir: { medium: "Memory", sizeLimit: `${sizeMib}Mi` } };
}

/** A volume with a token that says who the pod is to one audience. */
export function tokenVolume(name: string, audience: string, expirationSeconds: number): Volume {
  return {
    name,
    projected: { sources: [{ serviceAccountToken: { audience, expirationSeconds, path: "token" } }] },
  };
}

/** Annotation on the pod template: a change of any of the contents rolls the pods. */
export function checksum(...contents: readonly (string | Record<string, string>)[]): Record<string, string> {
  const hash = createHash("sha256").update(JSON.stringify(contents)).digest("hex");
  return { "order-tracing/config-checksum": hash.slice(0, 16) };
}
