import { exampleFor, message } from "./explain.ts";
import type { Schema } from "./schema-walk.ts";
import type { Settings } from "./settings.ts";

/**
 * What is wrong with the settings of the cluster as a whole.
 *
 * @param schema of the settings, for the lines to write.
 */
export function clusterContradictions(schema: Schema, settings: Settings): string[] {
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
