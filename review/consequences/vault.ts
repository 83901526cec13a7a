import type { Step } from "../engine/steps.ts";
import { goes, inputsOf, kindOf, objectName, text, type Consequence } from "./consequence.ts";

/** What is in Vault. */
export function ofVault(step: Step): Consequence[] {
  if (!step.type.startsWith("vault:")) return [];
  const subject = text(inputsOf(step)["path"]) ?? objectName(step);
  const { operation } = step;
  if (operation === "same") return [];
  const again = operation === "replace" ? " and made again" : "";
  switch (kindOf(step)) {
    case "Mount":
      return goes(step)
        ? [
            {
              rank: "lost",
              subject,
              text: `the mount of Vault is deleted${again}: every secret and every certificate in it`,
            },
          ]
        : [];
    case "AuthBackend":
      return goes(step)
        ? [
            {
              rank: "away",
              subject,
              text: `the login of the pods at Vault is deleted${again}: no pod gets a secret until it is there`,
            },
          ]
        : [];
    case "SecretBackendIntermediateCertRequest":
    case "SecretBackendRootSignIntermediate":
    case "SecretBackendIntermediateSetSigned":
      return goes(step)
        ? [
            {
              rank: "later",
              subject: "The stack's own CA",
              text: "is made anew; certificates of the old one are good until they end",
            },
          ]
        : [];
    case "Policy":
      return [
        {
          rank: "reach",
          subject: objectName(step),
          text:
            operation === "delete"
              ? "its rights in Vault end"
              : operation === "create"
                ? "gets rights in Vault"
                : "has other rights in Vault",
        },
      ];
    case "AuthBackendRole":
      return goes(step) || operation === "update"
        ? [
            {
              rank: "reach",
              subject: text(inputsOf(step)["roleName"]) ?? subject,
              text: "logs in at Vault in another way",
            },
          ]
        : [];
    case "SecretBackendStaticRole":
      return goes(step)
        ? [
            {
              rank: "away",
              subject: objectName(step),
              text: `its password at Elasticsearch is no longer kept by Vault${again ? " until it is made again, with a new one" : ""}`,
            },
          ]
        : [];
    default:
      return [];
  }
}
