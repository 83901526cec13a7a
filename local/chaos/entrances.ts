import type { Service } from "../../config/landscape.ts";
import { handToAgent } from "../../lib/planted/agent.ts";
import { portForward } from "../../lib/port-forward.ts";
import type { Kubernetes } from "../landscape/kubernetes/client.ts";
import type { Entrance } from "./load.ts";

/** The agents of back ends, as entrances of a load. */
export function entrancesOf({ config }: Kubernetes, services: readonly Service[]): Entrance[] {
  return services.map(({ id, group, namespace, workload: kind, deployment: name, wiring }) => ({
    group,
    hand: (spans) =>
      handToAgent(
        { name: id, open: () => portForward(config, { namespace, kind, name, port: wiring.agentPorts.http }) },
        spans,
      ),
  }));
}
