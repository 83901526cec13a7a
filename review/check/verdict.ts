import type { Settings } from "../../config/settings.ts";
import type { Subject } from "./finding.ts";
import { blocks, lines } from "./report.ts";

/** What becomes of a `preview` or an `up`. */
export interface Verdict {
  /** It ends before it has registered anything, with this. Undefined: it goes on. */
  end: string | undefined;
  warnings: string[];
  remarks: string[];
}

/**
 * What was found, for a run of the program.
 *
 * @param preview a reviewer may have fewer rights than whoever applies the change: what this run lacks stops an `up` only.
 */
export function verdictOf(
  subjects: readonly Subject[],
  { check, preview }: Pick<Settings["cluster"], "check"> & { preview: boolean },
): Verdict {
  const stops = lines(subjects, ["stop"]);
  const lacks = lines(subjects, ["unread"], blocks);
  const ending = [
    ...(stops.length > 0 ? ["Something is not as the stack needs it. Nothing was changed.", ...stops] : []),
    ...(lacks.length > 0 && !preview
      ? ["This run may not do what it would have to. Nothing was changed.", ...lacks]
      : []),
  ];
  const ends = check === "stop" && ending.length > 0;
  return {
    end: ends ? ending.join("\n") : undefined,
    warnings: [...lines(subjects, ["note"]), ...(ends ? [] : stops), ...(ends && !preview ? [] : lacks)],
    remarks: lines(subjects, ["unread"], (finding) => !blocks(finding)),
  };
}
