import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { at, isRecord, list, text, within } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";
import type { Json } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";

const daySeconds = 86_400;
const api = /^(?:https:\/\/)?kubernetes\.default(?:\.svc|$)/;

/** What is wrong about a projected token; undefined if nothing is. */
function wrong(token: Json): string | undefined {
  const audience = text(token["audience"]);
  if (!audience) return "holds a token without `audience`, which is one for the API of Kubernetes; name whom it is for";
  if (api.test(audience)) return "holds a token for the API of Kubernetes; name another `audience`";
  return Number(token["expirationSeconds"] ?? 0) > daySeconds
    ? "holds a token for more than a day; let it expire earlier, it is renewed"
    : undefined;
}

export const token = forResources({
  name: "pods-token",
  description: "No pod holds a token for the API of Kubernetes that it does not need.",
  severity: "high",
  remediation: "Set `automountServiceAccountToken: false`; for Vault or a gateway, project a token of their audience.",
  config: z.strictObject({
    needed: z
      .array(z.string())
      .default([])
      .meta({ description: "Names of workloads that talk to the API of Kubernetes" }),
  }),
  judge: (resource, { config: { needed } }) => [
    ...objectsOf(resource)
      .filter(({ kind, name, body }) => kind === "ServiceAccount" && !needed.includes(name) && isMounted(body))
      .map(({ path }) => ({ path: within(path, key), message: "is true for each of its pods; write false" })),
    ...workloadsOf(resource)
      .filter(({ object }) => !needed.includes(object.name))
      .flatMap(({ pod, path, partial }): Finding[] => [
        ...((partial ? !isMounted(pod) : pod[key] === false)
          ? []
          : [{ path: `${path}.${key}`, message: "is not false" }]),
        ...list(pod["volumes"]).flatMap((volume, index) =>
          list(at(volume, "projected", "sources"))
            .map((source) => at(source, "serviceAccountToken"))
            .flatMap((of) => (isRecord(of) ? (wrong(of) ?? []) : []))
            .map((message) => ({ path: `${path}.volumes[${index}].projected`, message })),
        ),
      ]),
  ],
});

const key = "automountServiceAccountToken";
const isMounted = (of: Json): boolean => of[key] === true;
