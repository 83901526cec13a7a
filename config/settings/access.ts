import { z } from "zod";
import { viewNames } from "../../lib/names.ts";
import { privateCidr } from "../ranges.ts";
import { commandLine, hostName } from "../text-types.ts";
import { ingress } from "./access/ingress.ts";
import { oidc } from "./access/oidc.ts";
import { roles } from "./access/roles.ts";
import { port } from "./port.ts";

/** @param groups visibility groups of the landscape. */
export function access(groups: readonly string[]) {
  return z
    .strictObject({
      domain: hostName.meta({
        description: "DNS name below which the views are: `<view>.<domain>`. Resolved by the company's internal DNS.",
        examples: ["traces.company.example"],
      }),
      vpnRanges: z
        .array(privateCidr)
        .min(1)
        .meta({
          description: "Address ranges of the corporate VPN: nothing else reaches Jaeger.",
          examples: [["10.8.0.0/16"]],
        }),
      port: port.default(443).meta({
        description: "Port by which people reach the ingress controller.",
        unit: "TCP port",
        examples: [8443],
      }),
      ingress,
      oidc,
      roles: roles(viewNames(groups)),
      sessionHours: z
        .number()
        .int()
        .min(1)
        .max(24)
        .default(8)
        .meta({
          description: "How long a sign-in lasts in a browser, at most.",
          unit: "hours",
          examples: [8],
        }),
      auditDays: z
        .number()
        .int()
        .min(1)
        .max(3_650)
        .default(180)
        .meta({
          description: "How long is kept who read which trace: no record is older.",
          unit: "days",
          examples: [365],
        }),
      tokenCommand: commandLine.optional().meta({
        description:
          "Command that prints a token of the identity provider: what `npm run verify` runs where TRACING_ACCESS_TOKEN is not set.",
        absent: "TRACING_ACCESS_TOKEN must be set",
        examples: [["company-login", "token", "--audience", "tracing"]],
      }),
      proxyCommand: commandLine.optional().meta({
        description:
          "Command whose standard input and output are a connection to host %h, port %p, for machines outside of the VPN. As ssh's ProxyCommand.",
        absent: "straight to the host",
        examples: [["ssh", "-W", "%h:%p", "jump.company.example"]],
      }),
    })
    .meta({ description: "Who reaches Jaeger, and what they see." });
}
