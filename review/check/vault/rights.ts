import { storePlan } from "../../../components/elasticsearch/store-plan.ts";
import { vaultPaths } from "../../../components/vault/paths.ts";
import { workloadPlans } from "../../../components/workloads.ts";
import type { Context } from "../../../config/context.ts";
import type { Answer } from "../answer.ts";
import { lacking, listed, mayNotRead, type Finding } from "../finding.ts";
import { covers, deployerPolicy, deployerRules, policyCommand, type Rule } from "./policy.ts";

/** Paths that an `up` writes once for each workload or user of the stack. */
export function writtenPaths(context: Context): string[] {
  const { pki, jwt, database, policyPrefix } = vaultPaths(context);
  const plans = workloadPlans(context);
  return [
    ...plans.map(({ workload }) => `auth/${jwt}/role/${workload}`),
    ...[...plans.map(({ workload }) => workload), "audit"].map((name) => `sys/policies/acl/${policyPrefix}-${name}`),
    ...plans
      .filter(({ files }) => files.some(({ kind }) => kind === "certificate"))
      .map(({ workload }) => `${pki}/roles/${workload}`),
    ...storePlan(context).roles.flatMap(({ accounts }) => accounts.map((user) => `${database}/static-roles/${user}`)),
  ];
}

/** What an `up` does with one path. */
export interface Need extends Rule {
  /** The rule of the documented policy that gives it. */
  by: string;
}

/** What an `up` needs in Vault: what the documented policy gives, on the very paths. */
export function neededRights(context: Context): Need[] {
  const written = writtenPaths(context);
  const folders = new Set(written.map(folderOf));
  const { vault } = context.settings;
  return (
    deployerRules(context)
      // For this look, and for what people do beside an `up`.
      .filter(
        ({ path }) =>
          !path.startsWith(`${vault.kvMount}/`) &&
          !/^(auth\/token\/renew-self|sys\/capabilities-self)$|\/config\/elasticsearch$/.test(path),
      )
      .flatMap((rule) => {
        const capabilities = rule.capabilities.filter((one) => one !== "delete");
        const paths = written.filter((path) => covers(rule, path));
        // A rule about one of many, which this stack may not have; or one about something else than those.
        const others = /[*+]/.test(rule.path) || folders.has(folderOf(rule.path)) ? [] : [rule.path];
        return (paths.length > 0 ? paths : others).map((path) => ({ path, capabilities, by: rule.path }));
      })
  );
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/"));

/** Rules of the policy that a finding names. */
const shown = 4;

/**
 * Whether the token may do what an `up` does.
 *
 * @param answer capabilities of the token by path.
 */
export function judgeRights(
  needs: readonly Need[],
  answer: Answer<Readonly<Record<string, readonly string[]>>>,
  context: Pick<Context, "stack" | "settings">,
): Finding[] {
  if (answer.state !== "read")
    return [mayNotRead(`what the token may do: its policy lacks sys/capabilities-self, which ${deployerPolicy} gives`)];
  const lacks = new Map<string, { capabilities: Set<string>; paths: number }>();
  for (const { path, capabilities, by } of needs) {
    const has = answer.value[path] ?? [];
    const missing = has.includes("root") ? [] : capabilities.filter((one) => !has.includes(one));
    if (missing.length === 0) continue;
    const rule = lacks.get(by) ?? { capabilities: new Set(), paths: 0 };
    for (const one of missing) rule.capabilities.add(one);
    lacks.set(by, { ...rule, paths: rule.paths + 1 });
  }
  if (lacks.size === 0) return [];
  const texts = [...lacks].map(
    ([path, { capabilities, paths }]) =>
      `${listed([...capabilities])} on ${path}${path.endsWith("*") ? ` (${paths} paths)` : ""}`,
  );
  const more = texts.length > shown ? `; and ${texts.length - shown} more` : "";
  return [
    lacking(
      `the token lacks ${texts.slice(0, shown).join("; ")}${more}`,
      `${policyCommand(context)}   # and a token of it`,
    ),
  ];
}
