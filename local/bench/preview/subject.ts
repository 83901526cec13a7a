import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Service } from "../../../config/landscape.ts";
import { ownKeys, resolveStack } from "../../../config/stack-file.ts";
import { repositoryDir } from "../../paths.ts";
import { catalogueText, landscapeOf } from "./landscape.ts";
import { readStackFile, renamedPolicies, stackConfig, type StackConfig, type StackFiles } from "./stack.ts";

/** A stack whose previews are measured. */
export interface Subject {
  /** As people call it: `prod`, `30 services`. */
  readonly title: string;
  /** Its name in the bench. Not that of a stack file: the program would compare itself with it. */
  readonly stack: string;
  readonly config: StackConfig;
  /** What is there before it. */
  readonly services: readonly Service[];
  /** File of what the policy pack is told of it. */
  readonly policies: string;
}

/** Files that are the same for all. */
type CompanyFiles = Omit<StackFiles, "catalogue">;

const policiesOf = (stack: string) => join(repositoryDir, "config/policies", `${stack}.json`);

function servicesOf(stack: string, { config }: StackConfig): readonly Service[] {
  const { services, off } = resolveStack(stack, ownKeys(config)).landscape;
  return [...services, ...off.services];
}

/** The local stack with another landscape: so many back ends. What the pack is told of the local one is true of it. */
export async function subjectOfSize(size: number, folder: string, files: CompanyFiles): Promise<Subject> {
  const stack = `bench-${size}`;
  const catalogue = join(folder, `catalogue-${size}.ts`);
  await writeFile(catalogue, catalogueText(landscapeOf(size)));
  const config = stackConfig(readStackFile("local"), { ...files, catalogue });
  return {
    ...{ title: `${size} services`, stack, config, policies: policiesOf("local") },
    services: servicesOf(stack, config),
  };
}

/**
 * A stack as its file describes it, see {@link stackConfig} for what is not.
 *
 * @param name of the stack, as in `Pulumi.<name>.yaml`.
 */
export async function subjectOfStack(name: string, folder: string, files: CompanyFiles): Promise<Subject> {
  const stack = `bench-${name}`;
  const config = stackConfig(readStackFile(name), files);
  const policies = join(folder, `policies-${name}.json`);
  await writeFile(policies, renamedPolicies(readFileSync(policiesOf(name), "utf8"), name, stack));
  return { title: name, stack, config, policies, services: servicesOf(stack, config) };
}
