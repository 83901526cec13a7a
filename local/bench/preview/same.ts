import { isDeepStrictEqual } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { keyOf } from "./recorded.ts";

/**
 * What two previews would not make alike: a comparison of two programs says something only where there is nothing.
 *
 * @param logs what the engine has logged of each, as text: one event a line.
 * @returns type and name of each such resource. Components are none.
 */
export function differences(...logs: readonly [string, string]): string[] {
  const [one, other] = logs.map(inputsOf) as [ReturnType<typeof inputsOf>, ReturnType<typeof inputsOf>];
  return [...new Set([...one.keys(), ...other.keys()])].filter(
    (key) => !one.has(key) || !isDeepStrictEqual(one.get(key), other.get(key)),
  );
}

/** How many resources a preview would make. */
export const countOf = (log: string): number => inputsOf(log).size;

function inputsOf(log: string): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const line of log.split("\n").filter(Boolean)) {
    const { resourcePreEvent } = JSON.parse(line) as EngineEvent;
    const state = resourcePreEvent?.metadata.new;
    // The last one is made by a question to the engine itself.
    if (!state?.custom || state.type === "pulumi:providers:pulumi") continue;
    found.set(
      keyOf({ type: state.type, name: state.urn.slice(state.urn.lastIndexOf("::") + 2) }),
      opened(state.inputs),
    );
  }
  return found;
}

/** With what is written in texts as JSON, where the order of keys says nothing. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item)]));
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
