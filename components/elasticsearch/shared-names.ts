import type { StorePlan } from "./store-plan.ts";

/**
 * What two stacks in one Elasticsearch would both call theirs: the second would change it under the first, without a word.
 *
 * @returns each as people call it, for example `role dev-shop-jaeger-writer`. None: they can share it.
 */
export function sharedNames(own: StorePlan, other: StorePlan): string[] {
  const theirs = new Set(namesOf(other));
  return [
    ...namesOf(own).filter((name) => theirs.has(name)),
    // A template is for all names that begin so: indices of the one would be made, and read, as those of the other.
    ...own.series.flatMap(({ name }) =>
      other.series
        .filter((one) => one.name !== name && (begins(one.name, name) || begins(name, one.name)))
        .map((one) => `indices ${name}-* and ${one.name}-*`),
    ),
  ];
}

const begins = (name: string, other: string) => name.startsWith(`${other}-`);

function namesOf({ lifecycles, series, roles }: StorePlan): string[] {
  return [
    ...Object.values(lifecycles).map(({ name }) => `lifecycle policy ${name}`),
    ...series.flatMap(({ name, writeAlias, template }) => [
      `template ${name}`,
      ...[writeAlias, ...template.aliases].map((alias) => `alias ${alias}`),
    ]),
    ...roles.flatMap(({ name, accounts }) => [`role ${name}`, ...accounts.map((account) => `user ${account}`)]),
  ];
}
