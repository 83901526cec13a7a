import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../../../config/context.ts";
import { projectDir } from "../../../config/stack-file.ts";

/** What a token may do with a path, or with all that the path stands for: `*` at its end, `+` for one of its parts. */
export interface Rule {
  path: string;
  capabilities: readonly string[];
}

/** The policy that the guide gives to whoever deploys. */
export const deployerPolicy = "docs/guides/deployer-vault-policy.hcl";

/** The rules of a policy of the guides. */
export function parsePolicy(text: string): Rule[] {
  const found = text.matchAll(/^path "([^"]+)" \{[^}]*?\bcapabilities = (\[[^\]]*\])/gm);
  return [...found].map(([, path = "", capabilities = "[]"]) => ({
    path,
    capabilities: JSON.parse(capabilities) as string[],
  }));
}

/** The rules of {@link deployerPolicy} with the names of a stack in them. */
export function deployerRules({ stack, settings: { vault } }: Pick<Context, "stack" | "settings">): Rule[] {
  return parsePolicy(readFileSync(join(projectDir, deployerPolicy), "utf8")).map(({ path, capabilities }) => ({
    path: path
      .replaceAll("STACK", () => stack)
      .replace(/^secret\//, () => `${vault.kvMount}/`)
      .replace(/^pki\//, () => `${vault.pkiMount}/`),
    capabilities,
  }));
}

/** Command that gives {@link deployerPolicy} to a stack. */
export function policyCommand({ stack, settings: { vault } }: Pick<Context, "stack" | "settings">): string {
  const mounts = Object.entries({ secret: vault.kvMount, pki: vault.pkiMount }).filter(([mount, own]) => own !== mount);
  const words = [`s/STACK/${stack}/g`, ...mounts.map(([mount, own]) => `s#"${mount}/#"${own}/#`)];
  return `sed '${words.join("; ")}' ${deployerPolicy} | vault policy write ${policyName(stack)} -`;
}

/** A name that the deployer may not write to itself. */
export const policyName = (stack: string) => `deployer-tracing-${stack}`;

/** Whether a rule is about a path. */
export function covers(rule: Rule, path: string): boolean {
  const parts = rule.path.split("+").map((part) => part.replace(/[.\\^$|?*()[\]{}]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]+").replace(/\\\*$/, ".*")}$`).test(path);
}
