import { sharedNames } from "../../components/elasticsearch/shared-names.ts";
import { storePlan } from "../../components/elasticsearch/store-plan.ts";
import type { Stack } from "../../config/stack-file.ts";
import { listed, stop, type Subject } from "./finding.ts";

/**
 * An Elasticsearch that other stacks of the project use too: whether theirs and this stack's things in it can be told apart.
 *
 * @param others of the project; those of other projects nobody here knows.
 * @returns undefined where the stack has its Elasticsearch to itself.
 */
export function judgeSharedStore(own: Stack, others: readonly Stack[]): Subject | undefined {
  const addresses = addressesOf(own);
  const beside = others.flatMap((other) => {
    const where = addressesOf(other).find((address) => addresses.includes(address));
    return where === undefined ? [] : [{ other, where }];
  });
  if (beside.length === 0) return undefined;
  const planOf = ({ name: stack, settings, landscape }: Stack) => storePlan({ stack, settings, landscape });
  return {
    name: "elasticsearch",
    looked: `the names of ${listed(beside.map(({ other }) => other.name))}, in the same one`,
    findings: beside.flatMap(({ other, where }) => {
      const shared = sharedNames(planOf(own), planOf(other));
      if (shared.length === 0) return [];
      const more = shared.length > 3 ? ` and ${shared.length - 3} more` : "";
      return [
        stop(
          `${where} is the stack ${other.name}'s too, and both would call theirs: ${shared.slice(0, 3).join(", ")}${more}. The later of them would take over what the other has`,
          // Policies are called by the stack, whatever the prefix.
          shared.every((name) => name.startsWith("lifecycle "))
            ? "another name for one of the two stacks"
            : "elasticsearch: {indexPrefix: <a name that no other stack begins with>}",
        ),
      ];
    }),
  };
}

/** Addresses of the company's cluster; none of one of the stack's own. */
function addressesOf({ settings: { elasticsearch } }: Stack): string[] {
  return elasticsearch.mode === "external" ? elasticsearch.endpoints.map((endpoint) => new URL(endpoint).origin) : [];
}
