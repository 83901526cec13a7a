import * as pulumi from "@pulumi/pulumi";
import { createContext, type Context } from "./context.ts";
import { SettingsError } from "./settings-error.ts";
import { ownKeys, resolveStack } from "./stack-file.ts";

/**
 * Settings and files of the running stack, as the engine passes them.
 *
 * @throws RunError before any resource is registered; the engine shows its message without a stack trace.
 */
export function loadContext(stack: string): Context {
  try {
    return createContext(resolveStack(stack, ownKeys(pulumi.runtime.allConfig())));
  } catch (error) {
    if (error instanceof SettingsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
