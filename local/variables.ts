/** Variables of a plan's container, as a process takes them. */
export const valuesOf = (env: readonly { name: string; value: string }[]): Record<string, string> =>
  Object.fromEntries(env.map(({ name, value }) => [name, value]));
