import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";

/** `-Dotel.a.b` and `OTEL_A_B` are the same setting. */
const variable = (key: string): string => key.replaceAll(/[.-]/g, "_").toUpperCase();

export const capture = forResources({
  name: "privacy-capture",
  description: "Instrumentation records no headers, parameters or payloads.",
  severity: "high",
  remediation: "Remove the variable; for a header that holds no personal data, name it in `headers`.",
  config: z.strictObject({
    headers: z.array(z.string()).default([]).meta({ description: "Headers that may be recorded" }),
  }),
  judge: (resource, { config }) =>
    leavesOf(resource).flatMap(({ path, key, value }) => {
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
  judge: (resource) =>
    leavesOf(resource)
      .filter(({ key, value }) => variable(key) === "OTEL_PROPAGATORS" && /baggage|jaeger|ottrace/i.test(String(value)))
      .map(({ path, value }) => ({
        path,
        message: `${String(value)} hands baggage on to everybody who is called; write tracecontext`,
      })),
});
