import { z } from "zod";
import { forResources, forStacks } from "../core/judgement.ts";
import { hostOf, isInCluster, isInside, isLoopback, isWithinDomain } from "../core/networks.ts";
import { objectsOf } from "../core/objects.ts";
import { servicesOf, writtenEndpoints } from "../core/services.ts";
import { at, list, record, text, texts, within } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";
import type { Resource } from "../core/resource.ts";

/** Hosts that the API server sends objects to, and that a mesh takes for its own. */
const abroad = (resource: Resource): { host: string; path: string }[] =>
  objectsOf(resource).flatMap(({ kind, body, path }) => {
    if (/^(?:Mutating|Validating)WebhookConfiguration$/.test(kind))
      return list(body["webhooks"]).flatMap((webhook, index) => {
        const url = text(at(webhook, "clientConfig", "url"));
        const of = within(path, "webhooks", index, "clientConfig", "url");
        return url === undefined ? [] : [{ host: hostOf(url), path: of }];
      });
    return kind === "ServiceEntry" && at(body, "spec", "location") !== "MESH_INTERNAL"
      ? texts(at(body, "spec", "hosts")).map((host) => ({ host, path: within(path, "spec", "hosts") }))
      : [];
  });

export const serviceTarget = forResources({
  name: "exposure-service-target",
  description: "A Service leads to pods: not by a name or an address to what is outside, or to another namespace.",
  severity: "high",
  remediation:
    "Select pods; for what the company has outside of the cluster, name its domain in `domains` or its network in `ranges`.",
  config: z.strictObject({}),
  judge: (resource, { settings: { ranges, domains } }) => {
    const outside = (host: string, path: string): Finding[] => {
      if (isInCluster(host))
        return [{ path, message: `${host} is another namespace's; name that Service where it is needed` }];
      return isWithinDomain(host, domains)
        ? []
        : [{ path, message: `${host} is not within ${domains.join(", ") || "the pack's `domains`, which are empty"}` }];
    };
    return [
      ...servicesOf(resource)
        .filter(({ spec }) => spec["type"] === "ExternalName")
        .flatMap(({ spec, at: of }) => outside(text(spec["externalName"]) ?? "", `${of}.externalName`)),
      ...abroad(resource).flatMap(({ host, path }) => (isLoopback(host) ? [] : outside(host, path))),
      ...writtenEndpoints(resource).flatMap(({ path, address }): Finding[] => {
        if (/[a-z]/i.test(address) && !address.includes(":")) return outside(address, path);
        return isInside(address, ranges)
          ? []
          : [
              {
                path,
                message: `${address} is not within ${ranges.join(", ") || "the pack's `ranges`, which are empty"}; select pods`,
              },
            ];
      }),
    ];
  },
});

export const serviceSelector = forStacks({
  name: "exposure-service-selector",
  description: "Where a Service leads is written in the stack: to pods of a label, or to named addresses.",
  severity: "medium",
  remediation: "Set `selector`; otherwise whoever may write Endpoints decides who gets what is meant for the Service.",
  config: z.strictObject({}),
  judgeStack: (resources) => {
    const key = (namespace: string | undefined, name: string | undefined) => `${namespace ?? ""}/${name ?? ""}`;
    const written = new Set(
      resources
        .flatMap(objectsOf)
        .filter(({ kind }) => /^Endpoint(?:s|Slice)$/.test(kind))
        .map(({ namespace, name, body }) =>
          key(namespace, text(at(body, "metadata", "labels", "kubernetes.io/service-name")) ?? name),
        ),
    );
    return resources
      .flatMap(servicesOf)
      .filter(({ patch, chart, spec }) => !patch && !chart && spec["type"] !== "ExternalName")
      .filter(({ spec }) => Object.keys(record(spec["selector"])).length === 0)
      .filter(({ namespace, name }) => !written.has(key(namespace, name)))
      .map(({ resource, at: of }) => ({
        resource,
        path: `${of}.selector`,
        message: "is empty: whoever may write Endpoints decides where it leads; select pods",
      }));
  },
});
