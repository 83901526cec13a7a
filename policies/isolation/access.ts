import { z } from "zod";
import { configurationsLike, leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { at, isRecord, text } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";

export const indexUser = forResources({
  name: "isolation-index-user",
  description: "A Jaeger reads and writes its own group's indices as its own group's user.",
  severity: "critical",
  remediation: "Let `auth.basic.username` begin with the `index_prefix` and a hyphen.",
  config: z.strictObject({}),
  judge: (resource) =>
    configurationsLike(resource, (value) => isRecord(value["indices"]) && isRecord(value["auth"])).flatMap(
      ({ value, path }) => {
        const prefix = text(at(value, "indices", "index_prefix"));
        const user = text(at(value, "auth", "basic", "username"));
        return user !== undefined && !(prefix && user.startsWith(`${prefix}-`))
          ? [
              {
                path: `${path}.auth.basic.username`,
                message: `${user} is not a user of the prefix ${prefix ?? "(none)"}; write one that begins with it`,
              },
            ]
          : [];
      },
    ),
});

/** The groups that a text names as a word between hyphens, slashes and the like. */
const named = (value: string, groups: readonly string[]): string[] =>
  groups.filter((group) => new RegExp(`(?:^|[^A-Za-z0-9])${group}(?:$|[^A-Za-z0-9])`).test(value));

export const groups = forResources({
  name: "isolation-groups",
  description:
    "What is made for one group names no other one: in Vault, in Elasticsearch, in a Jaeger's configuration.",
  severity: "critical",
  remediation: "Name the group's own index, user, path or role.",
  config: z.strictObject({}),
  judge: (resource, { settings }) => {
    const own = named(resource.name, settings.groups);
    const leaves = leavesOf(resource);
    const judged =
      /^(?:vault|elasticstack):/.test(resource.type) ||
      // What Vault Agent writes into a pod.
      leaves.some(({ value }) => typeof value === "string" && value.includes("/static-creds/")) ||
      configurationsLike(resource, (value) => "jaeger_storage" in value).length > 0;
    if (own.length !== 1 || !judged) return [];
    const others = settings.groups.filter((group) => group !== own[0]);
    return leaves.flatMap(({ path, value, parsed }): Finding[] => {
      const foreign = typeof value === "string" && !parsed ? named(value, others) : [];
      return foreign.length > 0
        ? [{ path, message: `names ${foreign.join(", ")}, but ${resource.name} is of ${own[0]!}` }]
        : [];
    });
  },
});

/** Roles of Elasticsearch itself that reach all indices. */
const mighty = /^(?:superuser|editor|viewer|kibana_admin|kibana_system)$/;

export const superuser = forResources({
  name: "isolation-superuser",
  description: "Nobody works as Elasticsearch's superuser.",
  severity: "critical",
  remediation: "Make a user with a role of its own.",
  config: z.strictObject({}),
  judge: (resource) =>
    leavesOf(resource).flatMap(({ path, key, keys, value }) =>
      (/(?:^|[._-])user(?:_?name)?$/i.test(key) && value === "elastic") ||
      (/(?:^|\.)roles$/.test(keys) && mighty.test(String(value))) ||
      (typeof value === "string" && /^superuser:\w/m.test(value))
        ? [{ path, message: `${String(value)} may do everything; use a user with a role of its own` }]
        : [],
    ),
});
