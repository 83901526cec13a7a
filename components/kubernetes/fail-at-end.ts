import * as pulumi from "@pulumi/pulumi";

/**
 * With it the language host of Node.js adds nothing to what was said
 * (`nodeJSProcessExitedAfterLoggingUserActionableMessage` of @pulumi/pulumi/cmd/run).
 */
const failedAndSaid = 32;

/**
 * Says what went wrong after a resource was changed, and makes the run end with an error once everything else is done. An error
 * that such a hook throws is a warning to the engine, and `pulumi.log.error` alone is shown, and `up` ends with 0: a pipeline
 * would go on.
 */
export async function failAtEnd(text: string): Promise<void> {
  await pulumi.log.error(text);
  process.exitCode = failedAndSaid;
}
