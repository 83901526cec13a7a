import { z } from "zod";
import { filePath, hostName, issuerUrl } from "../../text-types.ts";
import { outsideRanges } from "../outside-ranges.ts";

/** Identity providers that differ in more than their address, see `components/access/providers.ts`. */
const identityProviders = ["keycloak", "entra-id", "oidc"] as const;

export const oidc = z
  .strictObject({
    provider: z.enum(identityProviders).meta({
      description:
        "Kind of the identity provider; `oidc` is any that keeps to OpenID Connect and says groups in its tokens. Google Workspace does not: put one of the others between, see docs/guides/open-jaeger.md.",
      examples: ["keycloak"],
    }),
    issuer: issuerUrl.meta({
      description: "Its issuer, letter by letter as its tokens say it.",
      examples: ["https://login.company.example"],
    }),
    clientId: z
      .string()
      .regex(/^[\w.:/@-]+$/, "must be the id of a client: letters, digits and . : / @ _ -")
      .meta({ description: "Id of the client that the company has registered for tracing.", examples: ["tracing"] }),
    caFile: filePath.optional().meta({
      description: "PEM file with the CA of its certificate. Absolute, or from the project's root.",
      absent: "the system's CAs of the proxy's image",
      examples: ["trust/company-ca.crt"],
    }),
    ranges: outsideRanges("the identity provider's"),
    emailDomain: hostName
      .refine((domain) => domain.includes("."), { error: "is no mail domain: it has no dot" })
      .meta({
        description: "Mail domain of the company. Accounts of any other are refused, whatever their groups.",
        examples: ["company.example"],
      }),
    groupsClaim: z
      .string()
      .regex(/^[\w.:/-]+$/, "must be the name of a claim")
      .optional()
      .meta({
        description: "Claim of the tokens that lists a person's groups.",
        absent: "the provider's",
        examples: ["groups"],
      }),
  })
  .meta({
    description: "Who people are: the company's identity provider.",
    examples: [
      {
        provider: "keycloak",
        issuer: "https://login.company.example",
        clientId: "tracing",
        emailDomain: "company.example",
      },
    ],
  });
