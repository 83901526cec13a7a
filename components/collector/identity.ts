import type { Landscape } from "../../config/landscape.ts";
import { attributes } from "../../lib/attributes.ts";
import { frontEndName, unassignedGroup } from "../../lib/names.ts";
import { ottlText, transform } from "./ottl.ts";

const resource = (key: string) => `resource.attributes["${key}"]`;

/** Subject of a service account's token. */
const accountPattern = "^system:serviceaccount:(?P<namespace>[^:]+):(?P<account>[^:]+)$";

/** What only the gateway may write: who sent a span, and what it does with it on the way. */
const ownKeys = String.raw`^(?:tracing|redaction)\.`;

/** First of all, everything goes that could be taken for the gateway's word, wherever it stands. */
export function claimsProcessor(): Record<string, object> {
  return {
    "transform/claims": transform(
      ...(["resource", "scope", "span", "spanevent"] as const).map((context) => ({
        context,
        statements: [
          `delete_matching_keys(${context}.attributes, ${ottlText(ownKeys)})`,
          // Whose span it is says the resource alone.
          ...(context === "resource" ? [] : [`delete_key(${context}.attributes, "${attributes.serviceName}")`]),
        ],
      })),
    ),
  };
}

/**
 * The processors that say who sent a span: by the sender's token alone, whatever the span claims. Everything is
 * set to unknown first: what fails leaves no claim behind.
 *
 * @param namespace the stack's: front ends deliver from there.
 */
export function identityProcessors(
  { services, openFrontends }: Pick<Landscape, "services" | "openFrontends">,
  namespace: string,
): Record<string, object> {
  const subject = resource(attributes.subject);
  const name = resource(attributes.serviceName);
  const group = resource(attributes.group);
  const senders = [
    ...services,
    ...openFrontends.map(({ id, group }) => ({ id, group, namespace, serviceAccount: frontEndName(id) })),
  ];
  const unknown = `${group} == "${unassignedGroup}"`;
  return {
    "resource/identity": {
      attributes: [
        { key: attributes.subject, action: "delete" },
        { key: attributes.subject, from_context: "auth.subject", action: "upsert" },
      ],
    },
    "transform/identity": transform(
      {
        context: "resource",
        statements: [
          `set(${resource(attributes.claimedName)}, ${name})`,
          `set(${name}, "${unassignedGroup}")`,
          `set(${group}, "${unassignedGroup}")`,
          ...senders.flatMap(({ id, group: own, namespace, serviceAccount }) => {
            const sender = `${subject} == "system:serviceaccount:${namespace}:${serviceAccount}"`;
            return [`set(${name}, "${id}") where ${sender}`, `set(${group}, "${own}") where ${sender}`];
          }),
          `delete_key(resource.attributes, "${attributes.claimedName}") where not (${unknown})`,
          `merge_maps(resource.cache, ExtractPatterns(${subject}, ${ottlText(accountPattern)}), "upsert") where ${unknown} and ${subject} != nil`,
          `set(${resource(attributes.senderNamespace)}, resource.cache["namespace"])`,
          `set(${resource(attributes.senderAccount)}, resource.cache["account"])`,
          `delete_key(resource.attributes, "${attributes.subject}")`,
        ],
      },
      // Who asks for an order is answered by the back ends of the catalogue, not by whoever knows its id. A browser is anybody.
      {
        context: "span",
        conditions: [unknown, ...openFrontends.map(({ id }) => `${name} == "${id}"`)],
        statements: [`delete_key(span.attributes, "${attributes.orderId}")`],
      },
    ),
  };
}
