import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { claimName, claimPrefix, dataVolume } from "../../lib/names.ts";
import { ownMetadata } from "./metadata.ts";

/** A disk for each pod of a StatefulSet. */
export interface ClaimPlan {
  mountPath: string;
  storageGib: number;
  /** Undefined: the cluster's default. */
  storageClass?: string | undefined;
  /** Settings that the sizes come from, for messages: of the disk, and of the number of pods. */
  settings: { storageGib: string; replicas?: string };
  /** What fewer pods would mean, for messages. Default: what waits on their disks stays there. */
  without?: string;
  /** True: pods may be taken away although something may wait on their disks. Default: refused. */
  mayLeave?: boolean;
}

function specOf({ storageGib, storageClass }: ClaimPlan) {
  return {
    accessModes: ["ReadWriteOnce"],
    ...(storageClass !== undefined && { storageClassName: storageClass }),
    resources: { requests: { storage: `${storageGib}Gi` } },
  };
}

/** The part of a StatefulSet that makes claims which are not there. Kubernetes takes no change of it. */
export function claimTemplates(claim: ClaimPlan) {
  return {
    // What waits on a disk outlives the pods, also when the StatefulSet is made anew.
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    volumeClaimTemplates: [{ metadata: { name: dataVolume }, spec: specOf(claim) }],
  };
}

/**
 * The claims of a StatefulSet, under the names by which it looks for them: as resources they grow without a replacement. What
 * Kubernetes cannot do (another class, a class that does not expand) the preview says.
 *
 * @returns what must be there before the pods.
 */
export function registerClaims(
  name: string,
  { settings }: Pick<Context, "settings">,
  { workload, replicas, claim }: { workload: string; replicas: number; claim: ClaimPlan },
  opts: { parent: pulumi.Resource },
): pulumi.Resource[] {
  const refuse = new pulumi.ResourceHook(
    `${name}-claims-grow`,
    ({ oldInputs, newInputs }) => refuseSmaller(claim, oldInputs, newInputs),
    { onDryRun: true },
  );
  return Array.from({ length: replicas }, (_, index) => {
    const metadata = ownMetadata(settings, claimName(workload, index), { workload });
    return new k8s.core.v1.PersistentVolumeClaim(
      `${name}-claim-${index}`,
      {
        // Many classes make the volume when a pod asks for it, and the pods wait for the claim.
        metadata: { ...metadata, annotations: { ...metadata.annotations, "pulumi.com/skipAwait": "true" } },
        spec: specOf(claim),
      },
      // A disk goes with the namespace, never by a smaller number of pods.
      { ...opts, retainOnDelete: true, hooks: { beforeUpdate: [refuse] } },
    );
  });
}

/** Refuses, already in the preview, to take pods away on whose disks something may wait. */
export function fewerPodsHook(name: string, workload: string, claim: ClaimPlan): pulumi.ResourceHook {
  return new pulumi.ResourceHook(
    `${name}-fewer-pods`,
    ({ oldInputs, newInputs }) => refuseFewer(workload, claim, oldInputs, newInputs),
    { onDryRun: true },
  );
}

/**
 * Refuses, already in the preview, a StatefulSet that is made anew with fewer pods than it had, where they may not leave: then
 * there are disks of more.
 */
export function otherClaimsHook(
  name: string,
  { settings }: Pick<Context, "settings">,
  { workload, replicas, claim }: { workload: string; replicas: number; claim: ClaimPlan },
): pulumi.ResourceHook {
  return new pulumi.ResourceHook(
    `${name}-other-claims`,
    async () => {
      if (claim.without === undefined) return;
      // Not at the top: whoever only plans or registers, as tests do, needs no client of a cluster.
      const { loadKubeConfig } = await import("../../lib/kubeconfig.ts");
      const { claimsOf } = await import("../../lib/claims.ts");
      const claims = await claimsOf(loadKubeConfig(settings.cluster), {
        namespace: settings.cluster.namespace,
        prefix: claimPrefix(workload),
      });
      refuseFewer(workload, claim, { spec: { replicas: claims } }, { spec: { replicas } });
    },
    { onDryRun: true },
  );
}

type Inputs = Record<string, unknown> | undefined;

/** @throws Error if there are to be fewer pods, and nobody has said that they may leave. */
export function refuseFewer(workload: string, claim: ClaimPlan, olds: Inputs, news: Inputs): void {
  const [before, after] = [olds, news].map(
    (inputs) => (inputs?.["spec"] as { replicas?: number } | undefined)?.replicas,
  );
  if (before === undefined || after === undefined || after >= before || claim.mayLeave) return;
  const { replicas = "replicas" } = claim.settings;
  const disks = `the disks of ${workload}-${after} and above`;
  throw new Error(
    claim.without === undefined
      ? `${replicas}: ${before} → ${after}: what waits on ${disks} would stay there, undelivered, until there are ${before} pods again.\n` +
          `  write:   ${replicas}: ${before}, or ${replicas}MayLeave: true if nothing waits there, or it may be lost`
      : `${replicas}: ${before} → ${after}: ${disks} hold ${claim.without}.\n  write:   ${replicas}: ${before}`,
  );
}

/** @throws Error if a volume is to become smaller. */
export function refuseSmaller(claim: ClaimPlan, olds: Inputs, news: Inputs): void {
  const [before, after] = [olds, news].map((inputs) => gibOf(inputs));
  if (before === undefined || after === undefined || after >= before) return;
  throw new Error(
    `${claim.settings.storageGib}: ${before} → ${after}: a volume cannot become smaller.\n` +
      `  write:   ${claim.settings.storageGib}: ${before}`,
  );
}

function gibOf(inputs: Inputs): number | undefined {
  const spec = inputs?.["spec"] as { resources?: { requests?: { storage?: string } } } | undefined;
  const text = /^(\d+)Gi$/.exec(spec?.resources?.requests?.storage ?? "")?.[1];
  return text === undefined ? undefined : Number(text);
}
