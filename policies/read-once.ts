import deserialize from "@pulumi/policy/deserialize.js";

type Read = (inputs: object, keepSecrets: boolean) => object;

/**
 * Has the inputs of a resource read once, in place of once for each policy: the library hands each a copy of its own, so that
 * one could change it, and the judgements of this pack change nothing. The library's types do not have the function; without
 * it, everything is read as often as before.
 */
export function readOnce(library = deserialize as { deserializeProperties?: Read }): void {
  const read = library.deserializeProperties;
  if (!read) return;
  const known = new WeakMap<object, object>();
  library.deserializeProperties = (inputs, keepSecrets) => {
    // What remedies policies propose is read otherwise.
    if (keepSecrets) return read(inputs, keepSecrets);
    const found = known.get(inputs) ?? read(inputs, keepSecrets);
    known.set(inputs, found);
    return found;
  };
}
