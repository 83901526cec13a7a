import { z } from "zod";

/**
 * Keys whose values are personal or secret by their name, whatever they look like. No setting can let them through. What
 * the stack stamps itself is among them: an application must not be able to send it.
 */
const refused: readonly { keys: RegExp; why: string }[] = [
  { keys: /^(tracing|redaction)\./, why: "the gateway writes it, applications must not" },
  {
    keys: /^(enduser|user|session|user_agent|client|process\.(command\w*|environment\w*|owner|executable|args)|db\.query\.parameter)(\.|$)/,
    why: "it is about a person",
  },
  {
    keys: /^(http\.(client_ip|user_agent)|net\.sock\.peer\.addr|network\.peer\.address)$/,
    why: "it is about a person",
  },
  {
    keys: /^(http\.(request|response)\.(header|body(?!\.size$))|messaging\.header|rpc\..*metadata)/,
    why: "it can hold anything",
  },
  {
    keys: /^(url\.query|url\.fragment|db\.user|db\.connection_string)$/,
    why: "it holds what users or programs pass in",
  },
  {
    keys: /(^|[._-])(passw(or)?d|pwd|secret|token|api[._-]?key|authorization|cookie|csrf|otp|cvv|cvc|pan)([._-]|$)/i,
    why: "it is a secret",
  },
  {
    keys: /(^|[._-])(e-?mail|phone|mobile|(?<!^server\.)address|inn|snils|passport|iban|(first|last|middle|full|maiden)[._-]?name|birth(day|[._-]?date)?)([._-]|$)/i,
    why: "it is about a person",
  },
];

/** Why a key must never be let through, if so. */
export function refusalOf(key: string): string | undefined {
  return refused.find(({ keys }) => keys.test(key))?.why;
}

const attributeKey = z
  .string()
  .regex(/^[a-z][\w.-]*$/i, "is not the exact key of an attribute")
  .superRefine((key, context) => {
    const why = refusalOf(key);
    if (why) context.addIssue({ code: "custom", message: `${key} cannot be let through: ${why}` });
  });

/** What a stack may change of the redaction at the gateway. */
export const privacy = z
  .strictObject({
    allowedAttributes: z
      .array(attributeKey)
      .default([])
      .meta({
        description:
          "Keys of your own attributes to let through, beside those of `components/collector/redaction`. Values are cleaned all the same.",
        examples: [["order.priority"]],
      }),
    // Not `drop` by default: consumers of some client libraries link every message, and would be lost whole.
    spanLinks: z
      .enum(["keep", "drop"])
      .default("keep")
      .meta({
        description:
          "The collector cannot look into the attributes of span links. Jaeger stores only the ids of a link; until then its attributes are on the sampler's disk. `drop` drops spans that have links.",
        examples: ["drop"],
      }),
  })
  .prefault({})
  .meta({ description: "What the redaction lets through.", examples: [{ allowedAttributes: ["order.priority"] }] });
