import { z } from "zod";
import { configurationsLike, leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { texts, within } from "../core/value.ts";

/** `-Dotel.a.b` and `OTEL_A_B` are the same setting. */
const variable = (key: string): string => key.replaceAll(/[.-]/g, "_").toUpperCase();

/** Settings of others that record what people send, each with what it does. */
const recording: readonly (readonly [keys: RegExp, values: RegExp, message: string])[] = [
  [/emit_request_body$/, /^true$/i, "records whole requests to Elasticsearch; remove it"],
  [/(?:^|\.)log_?raw$/, /^true$/i, "records secrets as they are; remove it"],
  [/accesslog\.fields\.headers\.(?:defaultmode|names\.[\w-]+)$/, /^keep$/i, "records headers; write drop"],
  [/(?:^|\.)ga_?id$/, /./, "tells others who looks at which trace; remove it"],
];

/** A header that a processor of the collector makes an attribute of. */
const ofHeader = /^metadata\.(.+)$/;

export const capture = forResources({
  name: "privacy-capture",
  description: "Instrumentation records no headers, parameters or payloads.",
  severity: "high",
  remediation: "Remove the variable; for a header that holds no personal data, name it in `headers`.",
  config: z.strictObject({
    headers: z.array(z.string()).default([]).meta({ description: "Headers that may be recorded" }),
  }),
  judge: (resource, { config }) =>
    leavesOf(resource).flatMap(({ path, key, keys, value }) => {
      const found = recording.find(([of, wrong]) => of.test(keys) && wrong.test(String(value)));
      if (found) return [{ path, message: found[2] }];
      const [, header] = key === "from_context" ? (ofHeader.exec(String(value)) ?? []) : [];
      if (header !== undefined && !config.headers.includes(header.toLowerCase()))
        return [{ path, message: `records the header ${header}; allowed are ${config.headers.join(", ") || "none"}` }];
      const name = variable(key);
      if (!name.startsWith("OTEL_") || ["", "false", "none"].includes(String(value).toLowerCase())) {
        const sanitizerOff =
          /^OTEL_.*SANITIZ(?:ER|ATION)_ENABLED$/.test(name) && String(value).toLowerCase() === "false";
        return sanitizerOff ? [{ path, message: "switches off the cleaning of statements; remove it" }] : [];
      }
      if (/CAPTURE.*HEADERS/.test(name)) {
        const foreign = String(value)
          .split(",")
          .map((header) => header.trim())
          .filter((header) => !config.headers.includes(header.toLowerCase()));
        return foreign.length > 0
          ? [
              {
                path,
                message: `records the headers ${foreign.join(", ")}; allowed are ${config.headers.join(", ") || "none"}`,
              },
            ]
          : [];
      }
      if (/COPY_FROM_BAGGAGE/.test(name)) return [{ path, message: "records what others send along; remove it" }];
      return /CAPTURE.*(?:PARAMETERS|BODY|PAYLOAD|CONTENT|ARGUMENTS)/.test(name)
        ? [{ path, message: "records what people send; remove it" }]
        : [];
    }),
});

export const baggage = forResources({
  name: "privacy-baggage",
  description: "Baggage does not leave the company with every outgoing request.",
  severity: "medium",
  remediation: "Write `tracecontext` alone.",
  config: z.strictObject({}),
  judge: (resource) => {
    const message = (given: string) => `${given} hands baggage on to everybody who is called; write tracecontext`;
    const wide = /baggage|jaeger|ottrace/i;
    return [
      ...leavesOf(resource)
        .filter(({ key, value }) => variable(key) === "OTEL_PROPAGATORS" && wide.test(String(value)))
        .map(({ path, value }) => ({ path, message: message(String(value)) })),
      // `Instrumentation` of the operator.
      ...configurationsLike(resource, (value) => texts(value["propagators"]).some((one) => wide.test(one))).map(
        ({ value, path }) => ({
          path: within(path, "propagators"),
          message: message(texts(value["propagators"]).join(", ")),
        }),
      ),
    ];
  },
});
