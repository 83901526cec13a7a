import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { createContext, type Context } from "./context.ts";
import { dotted } from "./explain.ts";
import type { Settings } from "./settings.ts";
import { SettingsError } from "./settings-error.ts";
import { notFromEnvironment, ownKeys, projectDir, readStack, resolveStack, stackFile } from "./stack-file.ts";

/**
 * Settings and files of the running stack, as the engine passes them.
 *
 * @throws RunError before any resource is registered; the engine shows its message without a stack trace.
 */
export function loadContext(stack: string): Context {
  try {
    return createContext(engineStack(stack, pulumi.runtime.allConfig()));
  } catch (error) {
    if (error instanceof SettingsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

/**
 * A stack as the engine passes it. The commands read the file, without the engine: were the settings others there, secrets
 * would go to one place and be looked for in another.
 *
 * @param config all keys, as the engine hands them over: text.
 * @param directory folder of the stack files. Default: the project's root.
 * @throws SettingsError if they cannot be used, or are not those of the file.
 */
export function engineStack(name: string, config: Record<string, unknown>, directory = projectDir) {
  const running = resolveStack(name, ownKeys(config), directory);
  const file = stackFile(name, directory);
  // `--config-file` may name another one: then there is nothing that the commands could read wrongly.
  if (!existsSync(file)) return running;
  const written: Settings = readStack(name, directory).settings;
  const differing = (Object.keys(running.settings) as (keyof Settings)[]).filter(
    (key) => !isDeepStrictEqual(running.settings[key], written[key]),
  );
  if (differing.length === 0) return running;
  throw new SettingsError(
    [
      `The engine has other settings than ${file}, which the commands read: ${differing.map((key) => dotted([key])).join(", ")}.`,
      "  write:   them into that file, and nowhere else",
      "",
      notFromEnvironment(file),
    ].join("\n"),
  );
}
