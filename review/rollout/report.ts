import * as pulumi from "@pulumi/pulumi";
import type { Service } from "../../config/landscape.ts";
import { sayOutcome, type Outcome } from "./outcome.ts";

/**
 * Ends the run with an error that was told: the language host of Node.js adds nothing to it
 * (`nodeJSProcessExitedAfterLoggingUserActionableMessage` of @pulumi/pulumi/cmd/run). Without it `up` shows the error and
 * ends with 0, and a pipeline goes on. An error thrown by a hook is a warning to the engine.
 */
const failedAndSaid = 32;

/** Tells how a rollout ended; a patch that was taken back makes the run end with an error, once everything else is done. */
export async function report(service: Service, outcome: Outcome): Promise<void> {
  const said = sayOutcome(service, outcome);
  if (!said) return;
  await pulumi.log[said.level](said.text);
  if (said.level === "error") process.exitCode = failedAndSaid;
}
