import type { Step } from "../engine/steps.ts";
import { at, goes, inputsOf, kindOf, list, objectName, text, type Consequence } from "./consequence.ts";

/** Ways into the cluster and between its pods, and namespaces. */
export function ofReach(step: Step): Consequence[] {
  if (!step.type.startsWith("kubernetes:") || step.operation === "same") return [];
  const subject = objectName(step);
  const kind = kindOf(step);
  const { operation } = step;
  if (kind === "Namespace" && goes(step))
    return [
      { rank: "lost", subject, text: "the namespace is deleted, with everything in it: pods, volumes, configuration" },
    ];
  if (kind === "PersistentVolumeClaim" && goes(step))
    return [{ rank: "lost", subject, text: "the volume is deleted, with what is on it" }];
  if (kind === "NetworkPolicy") {
    const selects =
      text(at(inputsOf(step), "spec", "podSelector", "matchLabels", "app.kubernetes.io/name")) ?? "all pods";
    return operation === "delete"
      ? [{ rank: "reach", subject: selects, text: "nothing limits any more whom its pods talk to" }]
      : operation === "create"
        ? []
        : [
            {
              rank: "reach",
              subject: selects,
              text: "other pods or networks may talk with it, see its NetworkPolicy below",
            },
          ];
  }
  if (/^(?:Ingress|HTTPRoute|TLSRoute|GRPCRoute|TCPRoute|IngressRoute(?:TCP|UDP)?|Gateway)$/.test(kind)) {
    const said = hosts(inputsOf(step));
    const where = said.length > 0 ? said.join(", ") : "every host";
    const what = {
      create: "a new way into the cluster",
      delete: "the way into the cluster ends",
      update: "the way into the cluster changes",
      replace: "the way into the cluster changes",
    };
    return [{ rank: "reach", subject: `${kind} ${subject}`, text: `${what[operation]}, for ${where}` }];
  }
  if (/^Middleware(?:TCP)?$/.test(kind) && operation !== "create")
    return [{ rank: "reach", subject, text: "lets in other addresses, see below" }];
  if (kind === "Service") {
    const now = text(at(step.after, "spec", "type")) ?? "ClusterIP";
    const old = text(at(step.before, "spec", "type")) ?? "ClusterIP";
    if (operation === "delete")
      return old === "ClusterIP"
        ? []
        : [{ rank: "reach", subject, text: "is not reached from outside of the cluster any more" }];
    if (now === "ClusterIP" && operation !== "replace") return [];
    const ranges =
      list(at(step.after, "spec", "loadBalancerSourceRanges"))
        .map(String)
        .join(", ") || "every address";
    if (now !== "ClusterIP")
      return [{ rank: "reach", subject, text: `is reached from outside of the cluster (${now}), by ${ranges}` }];
    return [{ rank: "away", subject, text: "the Service is deleted and made again: connections break for a moment" }];
  }
  if (/^(?:Cluster)?Role(?:Binding)?$/.test(kind))
    return [{ rank: "reach", subject: `${kind} ${subject}`, text: "changes who may do what in Kubernetes, see below" }];
  return [];
}

function hosts(inputs: unknown): string[] {
  const spec = at(inputs, "spec");
  const named = [
    ...list(at(spec, "hostnames")),
    ...list(at(spec, "rules")).map((rule) => at(rule, "host")),
    ...list(at(spec, "listeners")).map((listener) => at(listener, "hostname")),
    ...list(at(spec, "routes")).flatMap((route) =>
      [...(text(at(route, "match")) ?? "").matchAll(/[`"]([^`"]*)[`"]/g)].map(([, host]) => host),
    ),
  ];
  return named.flatMap((host) => text(host) ?? []);
}
