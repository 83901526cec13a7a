import { message, writeAs } from "./explain.ts";
import type { Settings } from "./settings.ts";

/** What snapshots cannot be, beside the rest of the settings. */
export function snapshotContradictions({ elasticsearch, retentionDays }: Settings): string[] {
  if (elasticsearch.mode !== "managed" || !elasticsearch.snapshots) return [];
  const path = ["elasticsearch", "snapshots"];
  const { keepDays } = elasticsearch.snapshots;
  return [
    ...(keepDays > retentionDays
      ? [
          message(
            [...path, "keepDays"],
            keepDays,
            `is more than retentionDays, ${retentionDays}: traces would be kept for longer in snapshots than where people look for them`,
            { write: writeAs([...path, "keepDays"], retentionDays) },
          ),
        ]
      : []),
    ...(elasticsearch.lifecycle
      ? []
      : [
          message(
            ["elasticsearch", "lifecycle"],
            false,
            "and snapshots: a distribution without lifecycles of indices has none of snapshots either",
            { write: "no snapshots, or lifecycle: true" },
          ),
        ]),
  ];
}
