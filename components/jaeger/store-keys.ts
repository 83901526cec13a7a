import { syncWritesSince } from "../../config/jaeger-version.ts";
import { atLeast, type Version } from "../../lib/image-name.ts";
import { indexKinds, type StoreNames } from "../elasticsearch/names.ts";

/**
 * Keys of Jaeger's storage that are not the same in all versions. It refuses keys that it does not know, and those that it knows
 * no more, and does not start.
 *
 * @param version of Jaeger.
 * @param names of the aliases, by which it reads and writes. Their indices are made and rolled over by others.
 * @param view group or view.
 */
export function storeKeys(version: Version, names: Pick<StoreNames, "readAlias" | "writeAlias">, view: string) {
  // With the version of Elasticsearch given and no check, no right on the cluster is needed to start. Later ones never check.
  const check = atLeast(version, syncWritesSince) ? {} : { disable_health_check: true };
  const shape = { shards: 1, replicas: 0 };
  if (atLeast(version, [2, 20])) {
    const indices = indexKinds.map((kind) => {
      const aliases = { read_alias: names.readAlias(view, kind), write_alias: names.writeAlias(view, kind) };
      return [`${kind}s`, { ...shape, rotation: { manual_rollover: aliases } }] as const;
    });
    return { ...check, indices: Object.fromEntries(indices) };
  }
  const index = { ...shape, date_layout: "2006-01-02", rollover_frequency: "day" };
  return { ...check, use_aliases: true, indices: { spans: index, services: index } };
}

/**
 * A batch is written in one request and answered by its end. Who sent it keeps it until then, and sends it again; the documents have
 * ids that follow from their contents, so none is there twice. What Elasticsearch refuses for good is dropped, with a line in the
 * log: sent again for ever it would hold up all that comes behind it.
 */
export const syncWrites = { write_mode: "sync", poison_pill_handling: "drop" };
