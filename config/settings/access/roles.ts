import { z } from "zod";
import { dnsLabel } from "../../text-types.ts";

/** A group as the identity provider spells it: `tracing-support`, `/team-shop`, an id of Entra's, a mail address. */
const identityGroup = z
  .string()
  .regex(/^[\w./:@ -]+$/, "must be the name or id of a group: letters, digits, spaces and . / : @ _ -")
  .refine((name) => name === name.trim(), { error: "begins or ends with a space" });

/** @param viewNames views that there are: the landscape's groups, and the one over all. */
export function roles(viewNames: readonly string[]) {
  const role = z
    .strictObject({
      groups: z
        .array(identityGroup)
        .min(1, "is empty: nobody would have this role")
        .meta({ description: "Groups of the identity provider whose members have this role.", examples: [["team-a"]] }),
      views: z
        .array(z.enum(viewNames))
        .min(1, "is empty: this role would see nothing")
        .meta({ description: "Views that it sees.", examples: [viewNames.slice(0, 1)] }),
    })
    .meta({ description: "One role." });
  return z.record(dnsLabel, role).meta({
    description:
      "Who sees what. Each view is seen by some role, and each group of the identity provider stands in one role.",
    examples: [
      Object.fromEntries(
        [...viewNames]
          .reverse()
          .map((view) => [
            view === "all" ? "support" : `${view}-team`,
            { groups: [view === "all" ? "tracing-support" : `team-${view}`], views: [view] },
          ]),
      ),
    ],
  });
}
