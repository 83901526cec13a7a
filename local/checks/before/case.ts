import type { Subject } from "../../../review/check/finding.ts";
import { verdictOf } from "../../../review/check/verdict.ts";
import { attempt, type Finding } from "../findings.ts";

/** Something that an `up` would meet, and what is to be said of it before. */
export interface Case {
  readonly title: string;
  /** What ends with it. An `up` that ends where a preview goes on lacks something that another run may have. */
  readonly ends: "preview, up" | "up" | "-";
  /** Words of what is said; none: nothing is. */
  readonly says: string;
  readonly look: () => Promise<readonly Subject[]>;
}

/** Looks, and compares what ends, and what people see, with the case. */
export function tryCase({ title, ends, says, look }: Case): Promise<Finding> {
  return attempt(title, ends, says || "nothing", async () => {
    const subjects = await look();
    const [preview, up] = [true, false].map((isPreview) => verdictOf(subjects, { check: "stop", preview: isPreview }));
    const ended = [...(preview!.end ? ["preview"] : []), ...(up!.end ? ["up"] : [])].join(", ") || "-";
    const { end, warnings, remarks } = up!;
    const lines = [...(end === undefined ? [] : [end.split("\n").slice(1).join("\n")]), ...warnings, ...remarks];
    const meant = lines.find((line) => says !== "" && line.includes(says));
    const good = ended === ends && (says === "" ? lines.length === 0 : meant !== undefined);
    return { found: good ? (meant ?? "nothing") : [`ends ${ended}`, ...lines].join("\n"), good };
  });
}
