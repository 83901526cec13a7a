import { agentConfigName } from "../../../components/wiring/plan.ts";
import { workloadPlans } from "../../../components/workloads.ts";
import type { Context } from "../../../config/context.ts";
import type { Service } from "../../../config/landscape.ts";
import { routeApis } from "../needs.ts";
import { rulesOf, type guides, type KindRule } from "./guide.ts";

/** Something that an `up` does in the cluster. */
export interface Access {
  /** Undefined: it is about the cluster, or about namespaces themselves. */
  namespace?: string;
  group: string;
  resource: string;
  verb: string;
  /** Undefined: any object of the kind. */
  name?: string;
  /** The file that gives it. */
  guide: keyof typeof guides;
}

/** What an `up` does in a cluster: what the guides give, for the kinds that this stack has. */
export function neededAccess(context: Context): Access[] {
  const { namespace } = context.settings.cluster;
  return [
    ...ownRules(context).flatMap(({ group, resource, verbs }) =>
      verbs.map((verb): Access => ({ namespace, group, resource, verb, guide: "own" })),
    ),
    ...context.landscape.services.flatMap(wiringAccess),
  ];
}

/** In the stack's own namespace. */
function ownRules(context: Context): KindRule[] {
  const { access, monitoring } = context.settings;
  const route = routeApis[access.ingress.controller].group;
  const others = Object.values(routeApis).flatMap(({ group }) => (group === route ? [] : [group]));
  const unused = new Set<string>([
    ...others,
    ...(monitoring?.operator ? [] : ["monitoring.coreos.com"]),
    ...(workloadPlans(context).some(({ replicas }) => replicas > 1) ? [] : ["policy"]),
  ]);
  return (
    rulesOf("own", { kind: "Role", name: "tracing-deployer" })
      .filter(({ group }) => !unused.has(group))
      // To list alone is for a look, whose own findings say what it could not see.
      .filter(({ verbs }) => verbs.some((verb) => verb !== "list"))
      // The engine does without them.
      .filter(({ resource }) => resource !== "events")
      .map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => verb !== "delete") }))
  );
}

/** In the namespace of a service: what the patch is, and what comes with it. All else there is for the look, or to follow. */
function wiringAccess(service: Service): Access[] {
  const { namespace, deployment, workload, wiring } = service;
  const made = ["get", "create", "patch"];
  const written: (KindRule & { name: string })[] = [
    { group: "apps", resource: `${workload.toLowerCase()}s`, name: deployment, verbs: ["get", "patch"] },
    { group: "", resource: "configmaps", name: agentConfigName(service), verbs: made },
    ...(wiring.allowEgress
      ? [{ group: "networking.k8s.io", resource: "networkpolicies", name: agentConfigName(service), verbs: made }]
      : []),
  ];
  return written.flatMap(({ group, resource, name, verbs }) =>
    verbs.map((verb) => ({
      ...{ namespace, group, resource, verb, guide: "services" as const },
      // Of what is made, a rule cannot know the name.
      ...(verb !== "create" && { name }),
    })),
  );
}
