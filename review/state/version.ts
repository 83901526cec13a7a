/**
 * Version of what the program registers, kept as an output of the stack. It grows when a state of before must be changed before
 * `up`, each time with a step in `migrate.ts`.
 */
export const stateVersion = 2;

/** The first version did not say so. */
const first = 1;

/**
 * @param outputs of the stack, as its last `up` left them.
 * @returns undefined for a stack that was never up.
 */
export function versionOf(outputs: Readonly<Record<string, unknown>>): number | undefined {
  if (Object.keys(outputs).length === 0) return undefined;
  const version = outputs["stateVersion"];
  return typeof version === "number" ? version : first;
}
