import { workloadFamilies } from "../lib/names.ts";
import { project } from "./project.ts";
import { SettingsError } from "./settings-error.ts";

/**
 * Name of a stack by itself, from what the Pulumi CLI takes and prints: `dev`, `acme/dev` or `acme/order-tracing/dev`.
 *
 * @throws SettingsError for a stack of another project, or for what is no name: it becomes part of paths and policies.
 */
export function stackName(text: string): string {
  const parts = text.split("/");
  const name = parts.at(-1)!;
  const itsProject = parts.length === 3 ? parts[1]! : project;
  const wrong = (problem: string) =>
    new SettingsError(
      `--stack ${JSON.stringify(text)}: ${problem}\n` +
        `  allowed: <stack>, <organisation>/<stack> or <organisation>/${project}/<stack>\n` +
        `  write:   --stack dev`,
    );
  if (parts.length > 3 || !parts.every((part) => /^[A-Za-z0-9_.-]{1,100}$/.test(part))) {
    throw wrong("is no name of a stack");
  }
  if (itsProject !== project) throw wrong(`is a stack of the project ${itsProject}`);
  return name;
}

/**
 * Looks whether what a stack of this name has in Vault can be told from what others have there. Policies are called
 * `tracing-<stack>-<workload>`, and the deployer of a stack may write those that begin with its name and a family of workloads.
 *
 * @param others names of the project's other stacks.
 * @throws SettingsError if it cannot.
 */
export function refuseAmbiguousName(name: string, others: readonly string[]): void {
  const inName = Object.values(workloadFamilies).find((family) => new RegExp(`-${family}(-|$)`).test(name));
  if (inName !== undefined) {
    throw new SettingsError(
      `The stack's name ${name} has ${inName} in it: its policies in Vault would be called as those of the workloads of another stack.\n` +
        `  write:   pulumi stack rename ${name.replace(inName, "").replaceAll(/-+/g, "-").replace(/-$/, "")}`,
    );
  }
  const twin = others.find((other) => other !== name && other.toLowerCase() === name.toLowerCase());
  if (twin !== undefined) {
    throw new SettingsError(
      `The stacks ${name} and ${twin} differ in capital letters alone: Vault calls the policies of both the same.\n` +
        "  write:   pulumi stack rename <another name> for one of them",
    );
  }
}
