import { missingOf } from "../../lib/rollout.ts";

jest.mock("@kubernetes/client-node", () => ({}));

const set = (status: object, generation = 2, replicas = 2) => ({
  metadata: { generation },
  spec: { replicas },
  status,
});
const before = { observedGeneration: 1, replicas: 2, readyReplicas: 2, currentRevision: "a", updateRevision: "a" };

test.each([
  ["the status of the pods before the change", before, "the change was not yet seen"],
  [
    "an old pod beside a new one",
    { ...before, observedGeneration: 2, updateRevision: "b", updatedReplicas: 1 },
    "1 of 2 pods are new",
  ],
  [
    "a new pod that does not serve yet",
    { ...before, observedGeneration: 2, updateRevision: "b", updatedReplicas: 2, readyReplicas: 1 },
    "1 of 2 pods are ready",
  ],
  ["all new and ready", { ...before, observedGeneration: 2, currentRevision: "b", updateRevision: "b" }, undefined],
  ["no status at all", {}, "the change was not yet seen"],
])("a rollout: %s", (_, status, missing) => {
  expect(missingOf(set(status))).toBe(missing);
});

test("without pods there is nothing to wait for", () => {
  expect(missingOf(set({ observedGeneration: 2, replicas: 0 }, 2, 0))).toBeUndefined();
});
