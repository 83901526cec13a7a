import { randomBytes, randomUUID } from "node:crypto";
import type { Landscape } from "../../../config/landscape.ts";
import { listen } from "../../tunnels/listen.ts";
import { waitFor } from "../../wait.ts";
import type { Live } from "./rogue-pod.ts";

/** Port of the company's back ends. */
const port = 8080;

/** A request that fails in the database, where a service has one; for the others, an order that does not exist. */
function requestOf(service: string): { path: string; init: RequestInit } {
  if (service !== "shop-api") return { path: `/orders/${randomUUID()}`, init: {} };
  const customer = { name: "Erika Mustermann", email: `erika.${randomUUID().slice(0, 8)}@customer.example` };
  const body = JSON.stringify({ itemId: "no-such-item", material: "gold", quantity: 1, customer });
  return { path: "/orders", init: { method: "POST", headers: { "content-type": "application/json" }, body } };
}

/**
 * Callers who say that their request is not to be recorded, as each of them can.
 *
 * @returns back ends whose traces are not there.
 */
export async function unsampledFaults(
  { kubernetes, views, signal }: Live,
  { services }: Pick<Landscape, "services">,
): Promise<string[]> {
  const faults = services.map(async ({ id, namespace, group }) => {
    const traceId = randomBytes(16).toString("hex");
    const traceparent = `00-${traceId}-${randomBytes(8).toString("hex")}-00`;
    const since = Date.now() - 60_000;
    await using tunnel = await listen(kubernetes.config, { target: { namespace, service: id, port } }, (text) =>
      console.warn(text),
    );
    const { path, init } = requestOf(id);
    const headers = { ...(init.headers as Record<string, string>), traceparent, baggage: "customer=Erika" };
    const { status } = await fetch(`http://127.0.0.1:${tunnel.port}${path}`, { ...init, headers, signal });
    const look = async () => {
      const spans = await views.view(group).find({ service: id, since, until: Date.now() + 60_000, depth: 200 });
      return spans.some((span) => span.traceId === traceId);
    };
    const seen = await waitFor(look, { limit: 90_000, every: 3_000, signal });
    return seen ? [] : [`${id}: the trace of ${init.method ?? "GET"} ${path} (${status}) is not there after 90 s`];
  });
  return (await Promise.all(faults)).flat();
}
