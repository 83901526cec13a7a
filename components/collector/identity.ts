import type { Landscape } from "../../config/landscape.ts";
import { attributes } from "../../lib/attributes.ts";
import { frontEndName, unassignedGroup } from "../../lib/names.ts";
import { ottlText, transform, type Group } from "./ottl.ts";

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

/** Whose token it is, on the resource, until {@link identityGroup} has read it. */
export const subjectProcessor = {
  "resource/identity": {
    attributes: [
      { key: attributes.subject, action: "delete" },
      { key: attributes.subject, from_context: "auth.subject", action: "upsert" },
    ],
  },
};

const name = resource(attributes.serviceName);
const group = resource(attributes.group);
const unknown = `${group} == "${unassignedGroup}"`;

/**
 * Says who sent something: by the sender's token alone, whatever it claims. Everything is set to unknown first: what fails leaves
 * no claim behind.
 *
 * @param namespace the stack's: front ends deliver from there.
 */
export function identityGroup(
  { services, openFrontends }: Pick<Landscape, "services" | "openFrontends">,
  namespace: string,
): Group {
  const subject = resource(attributes.subject);
  const senders = [
    ...services,
    ...openFrontends.map(({ id, group }) => ({ id, group, namespace, serviceAccount: frontEndName(id) })),
  ];
  return {
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
  };
}

/** The processors that say who sent a span, see {@link identityGroup}. */
export function identityProcessors(
  landscape: Pick<Landscape, "services" | "openFrontends">,
  namespace: string,
): Record<string, object> {
  return {
    ...subjectProcessor,
    "transform/identity": transform(
      identityGroup(landscape, namespace),
      // Who asks for an order is answered by the back ends of the catalogue, not by whoever knows its id. A browser is anybody.
      {
        context: "span",
        conditions: [unknown, ...landscape.openFrontends.map(({ id }) => `${name} == "${id}"`)],
        statements: [`delete_key(span.attributes, "${attributes.orderId}")`],
      },
    ),
  };
}
