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
