import type { Gateway } from "./gateway.ts";
import { harmless } from "../../../lib/planted/harmless.ts";
import { attribute } from "../../../lib/planted/otlp.ts";
import { spanWith } from "./spans.ts";

/** Harmless values that did not come out as they went in, each with what became of it. */
export async function falselyMasked(gateway: Gateway): Promise<string[]> {
  const sent = harmless.map(({ key, value }) => ({
    key,
    value,
    span: spanWith({ span: { name: value, attributes: [attribute(key, value)] } }),
  }));
  const { received } = await gateway.send(
    sent.map(({ span }) => span),
    { namespace: "shop", serviceAccount: "shop-api" },
  );
  const byTrace = new Map(received.map((one) => [one.traceId, one]));
  return sent.flatMap(({ key, value, span }) => {
    const out = byTrace.get(span.traceId);
    return [
      [key, out?.span[key]],
      ["name", out?.spanName],
    ].flatMap(([where, now]) =>
      now === value ? [] : [`${where}: ${JSON.stringify(value)} became ${JSON.stringify(now)}`],
    );
  });
}
