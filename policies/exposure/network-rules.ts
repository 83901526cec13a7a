import { objectsOf } from "../core/objects.ts";
import { isRecord, record, remembered, within } from "../core/value.ts";
import { adminRules } from "./network-rules/admin.ts";
import { calicoRules, calicoSet } from "./network-rules/calico.ts";
import { ciliumRules } from "./network-rules/cilium.ts";
import { kubernetesRules } from "./network-rules/kubernetes.ts";
import { records } from "./network-rules/rule.ts";
import type { Json } from "../core/value.ts";
import type { Resource } from "../core/resource.ts";
import type { Rule } from "./network-rules/rule.ts";

/** Kinds of network policies by group and kind, each with who reads its rules. */
const kinds: readonly (readonly [RegExp, (spec: Json, path: string) => Rule[]])[] = [
  [/^networking\.k8s\.io\/NetworkPolicy$/, kubernetesRules],
  [/^cilium\.io\/CiliumNetworkPolicy$/, (spec, path) => ciliumRules(spec, path, false)],
  [/^cilium\.io\/CiliumClusterwideNetworkPolicy$/, (spec, path) => ciliumRules(spec, path, true)],
  [/^(?:crd\.)?projectcalico\.org\/NetworkPolicy$/, (spec, path) => calicoRules(spec, path, false)],
  [/^(?:crd\.)?projectcalico\.org\/GlobalNetworkPolicy$/, (spec, path) => calicoRules(spec, path, true)],
  [/^(?:crd\.)?projectcalico\.org\/(?:Global)?NetworkSet$/, calicoSet],
  [/^policy\.networking\.k8s\.io\/(?:(?:Baseline)?Admin|Cluster)NetworkPolicy$/, adminRules],
];

/** What all network policies of the resource allow. */
export const networkRulesOf = remembered((resource: Resource): Rule[] =>
  objectsOf(resource).flatMap(({ apiVersion, kind, body, path }) => {
    const group = apiVersion.includes("/") ? apiVersion.split("/", 1)[0]! : apiVersion;
    const read = kinds.find(([of]) => of.test(`${group}/${kind}`))?.[1];
    if (!read) return [];
    const specs = records(body["specs"]).map((spec, index) => ({ spec, at: within(path, "specs", index) }));
    const own = isRecord(body["spec"]) ? [{ spec: record(body["spec"]), at: within(path, "spec") }] : [];
    return [...own, ...specs].flatMap(({ spec, at }) => read(spec, at));
  }),
);
