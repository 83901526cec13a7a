import type { Step } from "../engine/steps.ts";
import { at, goes, kindOf, list, objectName, type Consequence } from "./consequence.ts";
import { daysKept, keptBy } from "./retention.ts";

/** What is in Elasticsearch. */
export function ofStore(step: Step): Consequence[] {
  if (!step.type.startsWith("elasticstack:")) return [];
  const subject = objectName(step);
  const { operation, before, after } = step;
  if (operation === "same") return [];
  switch (kindOf(step)) {
    case "ElasticsearchIndexLifecycle":
      return ofRetention(step);
    case "ElasticsearchIndex":
      return goes(step) ? [{ rank: "lost", subject, text: "the index is deleted, and the traces in it" }] : [];
    case "ElasticsearchIndexTemplate":
      return operation === "delete"
        ? [{ rank: "later", subject, text: "indices that are made from now on have no template" }]
        : operation === "create"
          ? []
          : [
              {
                rank: "later",
                subject,
                text: "holds for indices that are made from now on; those that are there stay as they are",
              },
            ];
    case "ElasticsearchSecurityUser":
      return goes(step)
        ? [
            {
              rank: "away",
              subject,
              text: `the user is deleted${operation === "replace" ? " and made again: nobody works as it until Vault has set a password" : ""}`,
            },
          ]
        : [];
    case "ElasticsearchSecurityRole":
      if (operation === "create") return [{ rank: "reach", subject, text: "gets rights in Elasticsearch" }];
      if (operation === "delete") return [{ rank: "reach", subject, text: "its rights in Elasticsearch end" }];
      return rights(after) === rights(before)
        ? []
        : [{ rank: "reach", subject, text: `may do in Elasticsearch: ${rights(after)} (before: ${rights(before)})` }];
    default:
      return [];
  }
}

function rights(role: unknown): string {
  const indices = list(at(role, "indices")).map(
    (index) => `${list(at(index, "privileges")).join(", ")} on ${list(at(index, "names")).join(", ")}`,
  );
  return (
    [...list(at(role, "clusters")).map(String), ...list(at(role, "cluster")).map(String), ...indices].join("; ") ||
    "nothing"
  );
}

/** Of the lists of services and operations nobody has to know: they follow the traces. */
const titles = { traces: "Stored traces", records: "Records of who read what" } as const;

function ofRetention(step: Step): Consequence[] {
  const kept = keptBy(step);
  if (kept === undefined || kept === "lists") return [];
  const subject = titles[kept];
  if (step.operation === "delete")
    return [{ rank: "lost", subject, text: "are kept for ever: nothing deletes them any more" }];
  const [old, now] = [daysKept(step.before), daysKept(step.after)];
  if (now === undefined || old === undefined || now === old) return [];
  return now < old
    ? [
        {
          rank: "lost",
          subject,
          text: `those older than ${now} days are deleted within minutes: ${old - now} days of ${kept}`,
        },
      ]
    : [{ rank: "later", subject, text: `are kept for ${now} days instead of ${old}` }];
}
