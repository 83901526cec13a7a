import { createRequire } from "node:module";

type Deserialize = (message: object, proxySecrets: boolean) => Record<string, unknown>;

// Not among the types of the SDK: they leave out what is its own. A test notices when it has gone elsewhere.
const sdk = createRequire(import.meta.url)("@pulumi/policy/deserialize.js") as { deserializeProperties: Deserialize };

const deserialize = sdk.deserializeProperties;
const known = new WeakMap<object, ReturnType<Deserialize>>();

// The SDK makes plain values of a resource's message, and of its provider's, anew for each of fifty policies: a third of what
// judging costs. Nobody here changes what he is handed, so once for each message is enough.
sdk.deserializeProperties = (message, proxySecrets) => {
  // A remediation changes what it is handed.
  if (proxySecrets) return deserialize(message, proxySecrets);
  const found = known.get(message) ?? deserialize(message, proxySecrets);
  known.set(message, found);
  return found;
};
