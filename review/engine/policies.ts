import { existsSync } from "node:fs";
import { join } from "node:path";
import { stackName } from "../../config/stack-name.ts";

/** Arguments by which the engine asks the policy pack, with what it is to know of the stack. */
export function policyArguments(stack: string, directory: string): string[] {
  const config = join("config", "policies", `${stackName(stack)}.json`);
  return [
    ...["--policy-pack", "policies"],
    // Without it the pack is at its strictest.
    ...(existsSync(join(directory, config)) ? ["--policy-pack-config", config] : []),
  ];
}
