import { attributes } from "../../../lib/attributes.ts";
import { unassignedGroup } from "../../../lib/names.ts";
import { landscape, type Gateway } from "./gateway.ts";
import { attribute } from "../../../lib/planted/otlp.ts";
import { spanWith } from "./spans.ts";

const order = "0b7e2c9a-6f0e-4f5a-9a3d-2f6f9f1d8c11";

/** A span that claims as much as it can, wherever it can. */
function liar(service: string, group: string) {
  const claims = [
    attribute(attributes.group, group),
    attribute(attributes.serviceName, service),
    attribute(attributes.subject, `system:serviceaccount:${group}:${service}`),
    attribute(attributes.claimedName, "nobody"),
    attribute(attributes.senderNamespace, "nowhere"),
    attribute("redaction.span.name", "another name"),
  ];
  return spanWith({
    resource: { attributes: claims },
    scope: { name: "check", attributes: claims },
    span: {
      attributes: [...claims, attribute(attributes.orderId, order), attribute("url.path", `/api/orders/${order}`)],
      events: [{ timeUnixNano: "1", name: "x", attributes: claims }],
    },
  });
}

/** What of a sender's identity is not as it must be. */
export async function identityFaults(gateway: Gateway): Promise<string[]> {
  const service = landscape.services.find(({ id }) => id === "shop-api")!;
  const other = landscape.services.find(({ group }) => group !== service.group)!;
  const faults: string[] = [];
  const expect = (what: string, actual: unknown, wanted: unknown) => {
    if (JSON.stringify(actual) !== JSON.stringify(wanted))
      faults.push(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`);
  };
  const sorted = (record: Record<string, string> | undefined) => Object.entries(record ?? {}).sort();
  const send = async (sender: { namespace: string; serviceAccount: string }, claimed: typeof service) => {
    const { received } = await gateway.send([liar(claimed.id, claimed.group)], sender);
    const [out] = received;
    expect("number of spans", received.length, 1);
    expect("span name", out?.spanName, "GET /x");
    // Once, on the resource: a claim elsewhere is one that somebody reads.
    for (const key of [attributes.group, attributes.claimedName, attributes.senderNamespace]) {
      expect(`${key} beside the resource`, (out?.everything.split(`"${key}"`).length ?? 0) > 2, false);
    }
    expect("subject that stayed", out?.everything.includes(attributes.subject), false);
    return out;
  };

  const known = await send(service, other);
  expect("resource of a known sender", sorted(known?.resource), [
    [attributes.serviceName, service.id],
    [attributes.group, service.group],
  ]);
  expect("order of a known sender", known?.span[attributes.orderId], order);
  expect("service on the span", known?.span[attributes.serviceName], undefined);

  const unknown = await send({ namespace: service.namespace, serviceAccount: "default" }, service);
  expect("resource of an unknown sender", sorted(unknown?.resource), [
    [attributes.serviceName, unassignedGroup],
    [attributes.claimedName, service.id],
    [attributes.group, unassignedGroup],
    [attributes.senderNamespace, service.namespace],
    [attributes.senderAccount, "default"],
  ]);
  expect("order of an unknown sender", unknown?.span[attributes.orderId], undefined);
  return faults;
}
