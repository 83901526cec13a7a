import type { Context } from "../config/context.ts";
import { viewUrl } from "../lib/names.ts";
import { rolesOf } from "../lib/access/roles.ts";
import type { Endpoint } from "./kubernetes/workload-plan.ts";

/** Where one view is. */
interface ViewOutput {
  /** Address that people open, in the VPN. */
  url: string;
  /** Address inside of the cluster: for the ingress controller alone. */
  address: string;
  /** Roles that see it. */
  roles: string[];
}

/** What a stack tells those who come after it. */
export interface StackOutputs {
  /** Where its own objects are. The next run compares it with its settings. */
  namespace: string;
  /** Where people see traces, by view. */
  views: Record<string, ViewOutput>;
  /** What is traced: the workload of each service, with its namespace. */
  traced: Record<string, string>;
  /** Services that the stack's settings switch off. */
  off: string[];
  /** Edges that the proof demands. */
  requiredEdges: string[];
  /** Commands to run next. */
  next: string[];
}

/**
 * The stack's outputs.
 *
 * @param views endpoint of each view's Jaeger.
 */
export function stackOutputs(
  { stack, landscape, settings: { access, cluster } }: Context,
  views: ReadonlyMap<string, Endpoint>,
): StackOutputs {
  return {
    namespace: cluster.namespace,
    views: Object.fromEntries(
      [...views].map(([view, { address, port }]) => [
        view,
        {
          url: viewUrl(view, access),
          address: `https://${address}:${port}`,
          roles: rolesOf(access.roles, view),
        },
      ]),
    ),
    traced: Object.fromEntries(
      landscape.services.map(({ id, namespace: own, deployment }) => [id, `${own}/${deployment}`]),
    ),
    off: landscape.off.services.map(({ id }) => id),
    requiredEdges: landscape.edges.filter(({ required }) => required).map(({ id }) => id),
    next: [`npm run verify -- --stack ${stack}`],
  };
}
