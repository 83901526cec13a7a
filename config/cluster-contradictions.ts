import { namespaceOfService } from "../lib/cluster-address.ts";
import { exampleFor, message, writeAs } from "./explain.ts";
import { resolveLandscape } from "./landscape.ts";
import type { Catalogue } from "./model.ts";
import type { Schema } from "./schema-walk.ts";
import type { Settings } from "./settings.ts";

/**
 * What is wrong with the settings of the cluster as a whole.
 *
 * @param schema of the settings, for the lines to write.
 */
export function clusterContradictions(catalogue: Catalogue, schema: Schema, settings: Settings): string[] {
  return [...tokenKeys(schema, settings), ...sharedNamespace(catalogue, settings)];
}

/** In its own namespace the stack denies all connections that it does not know, and `destroy` deletes what is there. */
function sharedNamespace(catalogue: Catalogue, settings: Settings): string[] {
  const { cluster, access, monitoring, vault, elasticsearch } = settings;
  const { services, off } = resolveLandscape(catalogue, settings);
  const others: [whose: string, namespace: string | undefined][] = [
    ...[...services, ...off.services].map(({ id, namespace }): [string, string] => [id, namespace]),
    ["the ingress controller (access.ingress.namespace)", access.ingress.namespace],
    ["Prometheus (monitoring.prometheus.namespace)", monitoring?.prometheus.namespace],
    ["who resolves names (cluster.dns.namespace)", cluster.dns.namespace],
    ["Vault (vault.address)", namespaceOfService(vault.address)],
    ...(elasticsearch.mode === "external" ? elasticsearch.endpoints : []).map(
      (endpoint): [string, string | undefined] => [
        "Elasticsearch (elasticsearch.endpoints)",
        namespaceOfService(endpoint),
      ],
    ),
  ];
  const path = ["cluster", "namespace"];
  return others
    .filter(([, namespace]) => namespace === cluster.namespace)
    .slice(0, 1)
    .map(([whose]) =>
      message(path, cluster.namespace, `is the namespace of ${whose}, and the stack needs one of its own`, {
        write: writeAs(path, `${cluster.namespace}-tracing`),
      }),
    );
}

/** One form of the keys of the cluster's tokens, and not two. */
function tokenKeys(schema: Schema, settings: Settings): string[] {
  const { serviceAccountKeysFile, oidc } = settings.cluster;
  const path = ["cluster", "serviceAccountKeysFile"];
  if (serviceAccountKeysFile === undefined && oidc === undefined) {
    const write = (key: string) => exampleFor(schema, ["cluster", key], settings);
    return [
      message(
        path,
        undefined,
        "is missing, and so is cluster.oidc: nobody could tell the cluster's tokens from others",
        {
          write: `${write("serviceAccountKeysFile")}\nor, where Vault and the gateway reach the issuer:\n${write("oidc")}`,
        },
      ),
    ];
  }
  if (serviceAccountKeysFile === undefined || oidc === undefined) return [];
  return [
    message(path, serviceAccountKeysFile, "is one form of the cluster's keys, and cluster.oidc the other", {
      write: "one of the two: the file does not change when the cluster's keys do, the issuer's answer does",
    }),
  ];
}
