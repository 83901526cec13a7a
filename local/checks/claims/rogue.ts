import { randomBytes } from "node:crypto";
import { attributes } from "../../../lib/attributes.ts";
import { allView, unassignedGroup, viewNames } from "../../../lib/names.ts";
import { attribute, type ResourceSpans } from "../../../lib/planted/otlp.ts";
import { spanWith } from "../../../lib/planted/places.ts";
import { waitFor } from "../../wait.ts";
import { account, victim, withRogue, type Live } from "./rogue-pod.ts";

/** A span that says it is the victim's, and about an order. */
export function lie(traceId: string, order: string, now = Date.now()): ResourceSpans {
  const claims = [attribute(attributes.serviceName, victim.name), attribute(attributes.group, victim.group)];
  const own = [attribute(attributes.orderId, order), attribute("url.path", `/orders/${order}`)];
  return spanWith(
    { resource: { attributes: claims }, span: { attributes: [...claims, ...own] } },
    {
      ...{ traceId, spanId: traceId.slice(16), name: "GET /orders/{id}", status: { code: 2 } },
      ...{ startTimeUnixNano: `${now}000000`, endTimeUnixNano: `${now + 1}000000` },
    },
  );
}

/**
 * A pod of the namespace, with another account and a token of its own, says that it is the back end and that its span belongs to
 * a customer's order.
 *
 * @returns what is not as it must be.
 */
export async function rogueFaults(live: Live, order: string): Promise<string[]> {
  const { views, groups, signal } = live;
  const traceId = randomBytes(16).toString("hex");
  const since = Date.now() - 60_000;
  const shown = async (view: string, service: string) => {
    const search = { service, since, until: Date.now() + 60_000, depth: 200 };
    return (await views.view(view).find(search)).find((one) => one.traceId === traceId);
  };
  return withRogue(live, "tracing-check-rogue", async (rogue) => {
    await rogue.hand([lie(traceId, order)]);
    const seen = await waitFor(() => shown(allView, unassignedGroup), { limit: 90_000, every: 3_000, signal });
    if (!seen) return [`view ${allView} shows no such span of ${unassignedGroup} within 90 s`];
    const faults: string[] = [];
    const expect = (what: string, actual: string | undefined, wanted: string | undefined) => {
      if (actual !== wanted) faults.push(`${what} is ${actual}, not ${wanted}`);
    };
    expect("its group", seen.group, unassignedGroup);
    expect("its sender", seen.sender, `${victim.namespace}/${account}`);
    expect("its order", seen.attributes[attributes.orderId], undefined);
    for (const view of viewNames(groups)) {
      if (await shown(view, victim.name)) faults.push(`view ${view} shows it as ${victim.name}`);
      if (view !== allView && (await shown(view, unassignedGroup))) faults.push(`view ${view} shows it`);
    }
    return faults;
  });
}
