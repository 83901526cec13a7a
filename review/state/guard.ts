import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../config/settings.ts";
import { movedNamespace } from "./namespace.ts";
import { stateVersion, versionOf } from "./version.ts";

/**
 * Stops before anything is registered if the stack's state does not fit the program and its settings: if it is of an older version
 * of the program, and has to be changed before the engine compares it (what has left the program is deleted, whatever it holds), or
 * if the stack is up in another namespace.
 *
 * @throws RunError with what to do; the engine shows it without a stack trace.
 */
export async function refuseUnfitState({ cluster }: Pick<Settings, "cluster">): Promise<void> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name }, {})) as {
    outputs: Record<string, unknown>;
  };
  refuseOlderVersion(name, outputs);
  const moved = movedNamespace(outputs, cluster.namespace);
  if (moved !== undefined) throw new pulumi.RunError(moved);
}

function refuseOlderVersion(name: string, outputs: Record<string, unknown>): void {
  const version = versionOf(outputs);
  if (version === undefined || version === stateVersion) return;
  if (version > stateVersion) {
    throw new pulumi.RunError(
      `The state of ${name} is of version ${version}, written by a newer program; this one knows ${stateVersion}. Nothing was changed.\n` +
        "  run:     git pull && npm ci",
    );
  }
  throw new pulumi.RunError(
    `The state of ${name} is of version ${version}, this program's is ${stateVersion}: it would delete indices with their traces. ` +
      "Nothing was changed.\n" +
      `  run:     npm run migrate -- --stack ${pulumi.getStack()}   (changes the state alone; see docs/guides/upgrade.md)`,
  );
}
