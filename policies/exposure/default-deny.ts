import { z } from "zod";
import { forStacks } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { isRecord, list, record, texts, within } from "../core/value.ts";
import type { KubernetesObject } from "../core/objects.ts";

/** Calico's kind has the same name, and other keys. */
const isForeign = ({ apiVersion }: KubernetesObject): boolean => apiVersion.includes("calico");

/** Whether the policy takes everything from every pod of its namespace, in both directions. */
function deniesAll({ body }: KubernetesObject): boolean {
  const spec = record(body["spec"]);
  const selector = record(spec["podSelector"]);
  const everyPod =
    isRecord(spec["podSelector"]) &&
    Object.keys(record(selector["matchLabels"])).length === 0 &&
    list(selector["matchExpressions"]).length === 0;
  const both = ["Ingress", "Egress"].every((type) => texts(spec["policyTypes"]).includes(type));
  return everyPod && both && list(spec["ingress"]).length === 0 && list(spec["egress"]).length === 0;
}

export const defaultDeny = forStacks({
  name: "exposure-default-deny",
  description: "In a namespace of the stack nobody talks with anybody, until a NetworkPolicy allows it.",
  severity: "high",
  remediation:
    "Add a NetworkPolicy to the namespace with `podSelector: {}`, `policyTypes: [Ingress, Egress]` and no rules.",
  config: z.strictObject({
    elsewhere: z
      .array(z.string())
      .default([])
      .meta({ description: "Namespaces that others close, for example by an admission policy" }),
  }),
  judgeStack: (resources, { config }) => {
    const objects = resources.flatMap(objectsOf);
    const closed = new Set(
      objects
        .filter((object) => object.kind === "NetworkPolicy" && !isForeign(object) && deniesAll(object))
        .map(({ namespace }) => namespace),
    );
    return objects
      .filter(({ kind, patch, name }) => kind === "Namespace" && !patch && !config.elsewhere.includes(name))
      .filter(({ name }) => !closed.has(name))
      .map(({ resource, name, path }) => ({
        resource,
        path: within(path, "metadata", "name"),
        message: `${name} has no NetworkPolicy that denies everything; add one for all its pods, in both directions`,
      }));
  },
});
