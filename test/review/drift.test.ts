import { driftOf, type Drift } from "../../review/drift/drift.ts";
import { strangersAmong } from "../../review/drift/strangers.ts";
import { readRefresh, type Refreshed } from "../../review/engine/refreshed.ts";
import { driftSections, driftVerdictOf, type Comparison } from "../../review/report/drift-report.ts";
import { fitted } from "../../review/report/section.ts";
import { recorded, recordedRun, run } from "./events.ts";

const byHand = readRefresh(recorded("by-hand"));
const untouched = readRefresh(recorded("untouched"));

const comparison = (changes: Partial<Comparison> = {}): Comparison => ({
  stack: "local",
  drifts: [],
  remarks: [],
  read: 183,
  unread: [],
  run: run([]),
  ...changes,
});
const report = (changes: Partial<Comparison>) => fitted(driftSections(comparison(changes)), Infinity, "");

describe("a recording of a stack that was changed by hand", () => {
  const { drifts } = driftOf(byHand, []);
  const text = report({ drifts, run: recordedRun("by-hand") });
  const of = (subject: string, kind?: string): Drift =>
    drifts.find((drift) => drift.subject === subject && (!kind || drift.kind === kind))!;

  test.each([
    ["a label", "tracing/otel-gateway-config", "refresh", "kubectl-label"],
    ["the number of pods", "tracing/jaeger-query-crm", "refresh", undefined],
    ["an image", "tracing/jaeger-query-mes", "refresh", "kubectl-patch"],
    ["a configuration", "tracing/jaeger-query-mes-config", "refresh", "kubectl-replace"],
    ["a policy of Vault", "tracing-local-otel-sampler", "refresh", undefined],
    ["a role of Elasticsearch", "crm-jaeger-reader", "refresh", undefined],
    [
      "an entry of a list, which the engine does not see",
      "tracing/jaeger-collector-unassigned",
      "commands",
      "kubectl-set",
    ],
    ["a key of a map, which the engine does not see", "tracing/tracing-dashboard-order", "commands", "kubectl-patch"],
  ])("%s: changed", (_, subject, mend, manager) => {
    expect(of(subject)).toMatchObject({ what: "changed", mend, by: manager ? [{ manager }] : [] });
  });
  test.each([
    ["tracing/jaeger-query-shop", "NetworkPolicy"],
    ["mes-jaeger-service", "Elasticsearch index template"],
    ["otel-gateway", "Vault auth backend role"],
  ])("%s: deleted", (subject, kind) => expect(of(subject, kind)).toMatchObject({ what: "deleted", mend: "refresh" }));
  test("nothing else", () => expect(drifts).toHaveLength(14));

  test("an opened network shows the rule, who wrote it, and a command that takes out just that", () => {
    expect(text).toMatch(/^ {2}\+ .*0\.0\.0\.0\/0$/m);
    expect(text).toMatch(
      /\*\*NetworkPolicy tracing\/jaeger-query-mes\*\* was changed, by `kubectl-patch` at 2026-11-28 20:31 UTC\./,
    );
    expect(of("tracing/jaeger-query-mes", "NetworkPolicy").commands).toEqual([
      `kubectl -n tracing patch networkpolicy.networking.k8s.io/jaeger-query-mes --type json -p '[{"op":"test","path":"/metadata/generation","value":2},{"op":"remove","path":"/spec/ingress/2"}]'`,
    ]);
  });
  test("wiring that was undone says what is missing, and the command; its owner's older writing is not blamed", () => {
    expect(of("shop/shop-api")).toMatchObject({ what: "unwired", mend: "up", by: [] });
    expect(text).toMatch(/\*\*Deployment shop\/shop-api\*\* is not traced any more; missing: all of it/);
    expect(text).toContain("`npm run up -- --stack local`");
  });
  test("a secret that somebody has added is not shown", () => {
    expect(text).toContain("PASSWORD");
    expect(text).not.toContain("hunter2");
  });
  test("what putting it back does to running services stands below", () =>
    expect(text).toMatch(/### What putting it back means for running services\n\n[^]*`jaeger-query-mes`/));
});

test("a recording of an untouched stack has no drift, although controllers have written to it", () => {
  const { drifts, remarks } = driftOf(untouched, []);
  expect(untouched.resources.length).toBeGreaterThan(20);
  expect({ drifts, remarks }).toEqual({ drifts: [], remarks: [] });
});

/** A Deployment of the stack, with what others have written. */
function deployment(
  changes: Partial<Refreshed>,
  managedFields: object[] = [],
  spec: object = { replicas: 2 },
): Refreshed {
  const metadata = { name: "otel-gateway", namespace: "tracing" };
  const inputs = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 2 } };
  return {
    urn: "urn:1",
    type: "kubernetes:apps/v1:Deployment",
    name: "otel-gateway",
    recorded: inputs,
    live: { ...inputs, spec },
    object: { ...inputs, spec, __fieldManager: "own", metadata: { ...metadata, generation: 3, managedFields } },
    differing: [],
    ...changes,
  };
}
const entry = (manager: string, fieldsV1: object, more: object = {}) => ({
  manager,
  operation: "Update",
  time: "2026-11-28T12:00:00Z",
  fieldsV1,
  ...more,
});
const of = (resource: Refreshed, expected: string[] = []) => driftOf({ resources: [resource], unread: [] }, expected);

describe("what is nobody's mistake", () => {
  test("an autoscaler's number of pods is remarked", () => {
    const scaled = entry("kube-controller-manager", { "f:spec": { "f:replicas": {} } }, { subresource: "scale" });
    const { drifts, remarks } = of(deployment({ differing: ["spec.replicas"] }, [scaled], { replicas: 5 }));
    expect(drifts).toEqual([]);
    expect(remarks[0]!.text).toContain("an autoscaler runs 5 pods instead of 2");
  });
  test("the same by kubectl is drift", () => {
    const scaled = entry("kubectl", { "f:spec": { "f:replicas": {} } }, { subresource: "scale" });
    const { drifts } = of(deployment({ differing: ["spec.replicas"] }, [scaled], { replicas: 5 }));
    expect(drifts).toMatchObject([{ what: "changed", by: [{ manager: "kubectl" }] }]);
  });
  const paused = entry("kyverno", { "f:spec": { "f:paused": {} } });
  test("a controller of the company's own, if the settings name it", () => {
    const changed = deployment({}, [paused], { replicas: 2, paused: true });
    expect(of(changed).drifts).toHaveLength(1);
    expect(of(changed, ["kyverno"]).drifts).toEqual([]);
  });
  test("a restart", () => {
    const restarted = entry("kubectl-rollout", {
      "f:spec": { "f:template": { "f:metadata": { "f:annotations": { "f:kubectl.kubernetes.io/restartedAt": {} } } } },
    });
    const template = { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "now" } } };
    expect(of(deployment({}, [restarted], { replicas: 2, template })).drifts).toEqual([]);
  });
  test("a field that somebody has set to what the stack says", () => {
    const same = entry("kubectl-edit", { "f:spec": { "f:replicas": {} } });
    expect(of(deployment({}, [same])).drifts).toEqual([]);
  });
});

describe("others in the namespace", () => {
  const object = (name: string, more: object = {}) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name,
      namespace: "tracing",
      managedFields: [entry("kubectl-create", { "f:spec": { "f:podSelector": {} } })],
      ...more,
    },
  });
  const own = deployment({ recorded: { kind: "NetworkPolicy", metadata: { name: "own", namespace: "tracing" } } });
  const strangers = (objects: object[], expected: string[] = []) =>
    strangersAmong({ objects, unread: ["RoleBinding"] }, { resources: [own], unread: [] }, expected);

  test("what is not the stack's is found, with the command that deletes it", () =>
    expect(strangers([object("own"), object("open")]).drifts).toMatchObject([
      { subject: "tracing/open", commands: ["kubectl -n tracing delete networkpolicy.networking.k8s.io/open"] },
    ]));
  test("what a controller has made of something else is not, nor what one of the company's has", () => {
    expect(strangers([object("made", { ownerReferences: [{ uid: "1" }] })]).drifts).toEqual([]);
    expect(strangers([object("made")], ["kubectl-create"]).drifts).toEqual([]);
  });
  test("what may not be listed is said", () => expect(strangers([]).remarks[0]!.subject).toBe("RoleBinding"));
});

test.each([
  ["same", {}],
  ["drift", { drifts: driftOf(byHand, []).drifts }],
  ["failed", { read: 0 }],
  ["failed", { unread: ["otel-gateway-deployment"], drifts: driftOf(byHand, []).drifts }],
] as const)("the verdict: %s", (verdict, changes) => expect(driftVerdictOf(comparison(changes))).toBe(verdict));

test("a resource whose reading was begun and not ended is named", () => {
  const [first] = recorded("untouched").flatMap(({ resOutputsEvent }) => resOutputsEvent ?? []);
  const resourcePreEvent = { ...first!, metadata: { ...first!.metadata, urn: "urn::a::b", op: "refresh" as const } };
  expect(readRefresh([{ sequence: 1, timestamp: 1, resourcePreEvent }]).unread).toEqual(["b"]);
});
