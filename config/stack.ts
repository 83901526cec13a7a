import * as pulumi from "@pulumi/pulumi";
import { ownKeys } from "./stack-file.ts";
import { parseSettings, type Settings } from "./settings.ts";

/**
 * The settings of the running stack, as the engine passes them.
 *
 * @throws SettingsError before any resource is registered.
 */
export function loadSettings(): Settings {
  return parseSettings(pulumi.getStack(), ownKeys(mapValues(pulumi.runtime.allConfig(), parseValue)));
}

function mapValues(record: Record<string, string>, map: (value: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** The engine hands structured values over as JSON, and plain ones as text. */
function parseValue(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
