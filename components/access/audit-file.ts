import type { Volume, VolumeMount } from "../kubernetes/pod.ts";

/** Folder of the pod that the proxy writes its requests to, and the collector beside it reads. It ends with the pod. */
export const auditDir = "/var/log/audit";
export const auditFile = "requests.log";

/** The proxy begins a new file at this size, MiB, and keeps so many old ones: what waits while the store is away. */
export const auditFileMib = 16;
export const auditBackups = 4;

const name = "audit";

export const auditMount: VolumeMount = { name, mountPath: auditDir };

/** On the node's disk, not in memory: a container that is killed for its memory must not take the records with it. */
export const auditVolume: Volume = {
  name,
  emptyDir: { sizeLimit: `${auditFileMib * (auditBackups + 2) + 8}Mi` },
};
