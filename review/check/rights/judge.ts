import { lacking, listed, note, type Finding } from "../finding.ts";
import { giveRights, type guides } from "./guide.ts";
import type { Access } from "./needed.ts";

/** Kinds of objects that a finding names. */
const shown = 4;

/**
 * What the run may not do of that which an `up` does.
 *
 * @param denied by the cluster.
 * @param own the stack's own namespace. Not there yet: a cluster may give rights in one to who makes it.
 */
export function judgeAccess(
  denied: readonly Access[],
  user: string,
  own: { namespace: string; isThere: boolean },
): Finding[] {
  const byPlace = Map.groupBy(denied, ({ namespace = "", guide }) => JSON.stringify([guide, namespace]));
  const places = [...byPlace].map(([key, lacks]) => {
    const [guide, namespace] = JSON.parse(key) as [keyof typeof guides, string];
    return { guide, namespace, what: described(lacks) };
  });
  // Namespaces that lack the same are one finding.
  return [...Map.groupBy(places, ({ guide, what }) => `${guide} ${what}`).values()].map((alike) => {
    const [{ guide, namespace, what } = { guide: "own" as const, namespace: "", what: "" }] = alike;
    const where = namespace === "" ? "" : ` in ${listed(alike.map((one) => one.namespace))}`;
    const text = `${user} may not ${what}${where}`;
    const write = giveRights(guide, user, namespace || own.namespace);
    return namespace === own.namespace && !own.isThere
      ? note(`${text}, which is not there yet: unless the cluster gives that to who makes it, an up would fail`, write)
      : lacking(text, alike.length > 1 ? `${write}   # and so for each of them` : write);
  });
}

/** For example `create and patch configmaps and services, nor patch deployments.apps`. */
function described(lacks: readonly Access[]): string {
  const byKind = Map.groupBy(lacks, ({ resource, group: api }) => (api === "" ? resource : `${resource}.${api}`));
  const kinds = [...byKind].map(([kind, all]) => ({ kind, verbs: listed([...new Set(all.map(({ verb }) => verb))]) }));
  return [...Map.groupBy(kinds, ({ verbs }) => verbs)]
    .map(([verbs, alike]) => {
      const names = alike.map(({ kind }) => kind);
      const more = names.length > shown ? [`${names.length - shown} more kinds`] : [];
      return `${verbs} ${listed([...names.slice(0, shown), ...more])}`;
    })
    .join(", nor ");
}
