import * as pulumi from "@pulumi/pulumi";
import { ownKeys } from "./stack-file.ts";
import { parseSettings, type Settings } from "./settings.ts";

/**
 * The settings of the running stack, as the engine passes them.
 *
 * @throws SettingsError before any resource is registered.
 */
export function loadSettings(): Settings {
  return parseSettings(pulumi.getStack(), ownKeys(pulumi.runtime.allConfig()));
}
