import { isResource, type Step } from "../engine/steps.ts";
import { goes, kindOf, objectName, ranks, type Consequence, type Rank } from "./consequence.ts";
import { ofReach } from "./reach.ts";
import { ofStore } from "./store.ts";
import { ofVault } from "./vault.ts";
import { ofWorkloads } from "./workloads.ts";

export { kindOf, ranks, type Consequence } from "./consequence.ts";

/**
 * What steps mean for running services, worst first. Every deletion and replacement is in it, also of kinds of which nothing
 * better is known than that they go.
 */
export function consequencesOf(steps: readonly Step[]): Consequence[] {
  const all = steps.flatMap((step) => {
    const said = [ofWorkloads, ofStore, ofVault, ofReach].flatMap((of) => of(step));
    return said.length > 0 || !goes(step) || !isResource(step) ? said : [plainly(step)];
  });
  const order = Object.keys(ranks) as Rank[];
  return all.sort((a, b) => order.indexOf(a.rank) - order.indexOf(b.rank));
}

function plainly(step: Step): Consequence {
  const what = step.operation === "replace" ? "is deleted and made again" : "is deleted";
  return { rank: "later", subject: `${kindOf(step)} ${objectName(step)}`, text: what };
}
