import { claimTemplates, refuseFewer, refuseSmaller, type ClaimPlan } from "../../components/kubernetes/claims.ts";

const claim: ClaimPlan = {
  mountPath: "/data",
  storageGib: 4,
  settings: { storageGib: "sizes.sampler.storageGib", replicas: "replicas.sampler" },
};
const pods = (replicas: number) => ({ spec: { replicas } });
const disk = (gib: number) => ({ spec: { resources: { requests: { storage: `${gib}Gi` } } } });

describe("disks of a StatefulSet", () => {
  test("stay when pods go, and have the class that is asked for", () => {
    const plan = claimTemplates({ ...claim, storageClass: "fast" });
    expect(plan.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: "Retain", whenScaled: "Retain" });
    expect(plan.volumeClaimTemplates[0]!.spec).toMatchObject({
      storageClassName: "fast",
      resources: { requests: { storage: "4Gi" } },
    });
    // A pod without the claims that it looks for would make others.
    expect(plan.volumeClaimTemplates[0]!.metadata).toEqual({ name: "data" });
    expect(claimTemplates(claim).volumeClaimTemplates[0]!.spec).not.toHaveProperty("storageClassName");
  });

  test("fewer pods are refused while something may wait on their disks", () => {
    expect(() => refuseFewer("otel-sampler", claim, pods(3), pods(2))).toThrow(
      /replicas.sampler: 3 → 2: .*otel-sampler-2 and above.*\n {2}write: {3}replicas.sampler: 3, or replicas.samplerMayLeave: true/,
    );
    for (const after of [3, 4]) expect(() => refuseFewer("otel-sampler", claim, pods(3), pods(after))).not.toThrow();
    expect(() => refuseFewer("otel-sampler", { ...claim, mayLeave: true }, pods(3), pods(1))).not.toThrow();
    expect(() => refuseFewer("otel-sampler", claim, undefined, pods(1))).not.toThrow();
  });

  test("nodes of a cluster never become fewer by themselves, whatever may wait or not", () => {
    const nodes = { ...claim, settings: { storageGib: "s", replicas: "elasticsearch.nodes" }, without: "shards" };
    expect(() => refuseFewer("elasticsearch", nodes, pods(3), pods(1))).toThrow(
      "elasticsearch.nodes: 3 → 1: the disks of elasticsearch-1 and above hold shards.\n  write:   elasticsearch.nodes: 3",
    );
    expect(() => refuseFewer("elasticsearch", nodes, pods(1), pods(3))).not.toThrow();
  });

  test("a disk grows, and does not shrink", () => {
    expect(() => refuseSmaller(claim, disk(8), disk(4))).toThrow(
      "sizes.sampler.storageGib: 8 → 4: a volume cannot become smaller.\n  write:   sizes.sampler.storageGib: 8",
    );
    for (const after of [8, 16]) expect(() => refuseSmaller(claim, disk(8), disk(after))).not.toThrow();
    expect(() => refuseSmaller(claim, disk(1024), { spec: {} })).not.toThrow();
  });
});
