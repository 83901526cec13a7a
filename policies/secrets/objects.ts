import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { at, list, record } from "../core/value.ts";

/** Types by which a value passes through the engine into its state. */
const throughEngine =
  /^(?:random:index\/random(?:Password|String|Bytes):|tls:index\/privateKey:|vault:(?:generic\/secret|kv\/secret(?:V2)?|index\/token|appRole\/authBackendRoleSecretId|pkiSecret\/secretBackendCert):|elasticstack:index\/elasticsearchSecurityApiKey:|(?:aws:iam\/accessKey|gcp:serviceaccount\/key|azuread:index\/applicationPassword):)/;

/** Kinds whose operators write a Secret. */
const copying = /^(?:Certificate|(?:Cluster)?ExternalSecret|Vault(?:Static|Dynamic|PKI)Secret|SealedSecret)$/;

const values: Record<string, readonly string[]> = {
  "pulumi:providers:": ["token", "password", "clientKey", "authLogin", "secretKey", "apiKey", "bearerToken"],
  "vault:database/": ["password"],
  "elasticstack:": ["password", "passwordWo"],
};

export const throughEngineOrSecret = forResources({
  name: "secrets-object",
  description:
    "No secret passes through the engine, its state or etcd: no `Secret`, no generated password, no password in an input.",
  severity: "critical",
  remediation:
    "Have Vault generate the value, or write it with a command that is not the engine; give credentials of providers by the environment.",
  config: z.strictObject({}),
  judge: (resource) => [
    ...objectsOf(resource)
      .filter(
        ({ kind, body }) =>
          kind === "Secret" &&
          (Object.keys(record(body["data"])).length > 0 ||
            Object.keys(record(body["stringData"])).length > 0 ||
            body["type"] === "kubernetes.io/service-account-token"),
      )
      .map(({ path }) => ({
        path,
        message:
          "a Secret keeps its values in the engine's state and in etcd; let a Vault Agent write a file in memory",
      })),
    ...objectsOf(resource)
      .filter(
        ({ kind, body }) =>
          copying.test(kind) || (kind === "SecretProviderClass" && list(at(body, "spec", "secretObjects")).length > 0),
      )
      .map(({ kind, path }) => ({
        path,
        message: `${kind} copies values into a Secret, and so into etcd; let a Vault Agent write a file in memory`,
      })),
    ...(throughEngine.test(resource.type)
      ? [
          {
            path: "",
            message: `${resource.type.split(":").at(-1)!} keeps a secret in the engine's state; write it straight into Vault`,
          },
        ]
      : []),
    ...Object.entries(values)
      .filter(([type]) => resource.type.startsWith(type))
      .flatMap(([, keys]) => keys)
      .filter((key) => resource.props[key] !== undefined && resource.props[key] !== "")
      .map((path) => ({
        path,
        message: "is a secret in the engine's state; leave it out and give it by the environment, or have Vault set it",
      })),
  ],
});
