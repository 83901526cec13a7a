import { z } from "zod";

/** A partial record over known keys: an unknown key is refused with the list of the known ones. */
export function recordOf<K extends string, T extends z.ZodType>(keys: readonly K[], value: T) {
  const shape = Object.fromEntries(keys.map((key) => [key, value.optional()])) as Record<K, z.ZodOptional<T>>;
  return z.strictObject(shape);
}
