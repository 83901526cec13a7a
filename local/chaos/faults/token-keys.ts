import type { Service } from "../../../config/landscape.ts";
import { AskError } from "../../../lib/ask-error.ts";
import { gatewayAudience, gatewayName, jaegerCollectorName } from "../../../lib/names.ts";
import { signTokensBy } from "../../cluster/signing-key.ts";
import { untilItWorks } from "../../wait.ts";
import { hold, type Live } from "./live.ts";
import { rolled } from "./workloads.ts";

/**
 * The cluster signs tokens by another key, as managed clusters do every week. Nobody runs an `up`: new pods log in to Vault with
 * tokens of the new key, and new agents deliver with them, while old ones go on with theirs. Then back again.
 *
 * @param service one of the back ends that take the load: its pods are made anew.
 */
export async function tokenKeys(live: Live, service: Service): Promise<void> {
  const before = await keyOfTokens(live, service);
  const change = async (which: "first" | "second") => {
    await signTokensBy(which);
    live.progress(`tokens are signed by the ${which} key`);
    await rolled(live, "Deployment", gatewayName);
    await rolled(live, "Deployment", jaegerCollectorName(service.group));
    await rolled(live, "Deployment", service.deployment, service.namespace);
  };
  try {
    await change("second");
    if ((await keyOfTokens(live, service)) === before)
      throw new AskError("The cluster signs by the same key as before.");
    await hold(live);
  } finally {
    await change("first");
  }
}

/** Id of the key by which a new token of a service is signed. */
async function keyOfTokens({ kubernetes: { core }, signal }: Live, service: Service): Promise<unknown> {
  const { namespace, serviceAccount: name } = service;
  const body = { spec: { audiences: [gatewayAudience], expirationSeconds: 600 } };
  // The API server has just been started.
  const { status } = await untilItWorks(() => core.createNamespacedServiceAccountToken({ namespace, name, body }), {
    limit: 60_000,
    signal,
  });
  const [header = ""] = (status?.token ?? "").split(".");
  return (JSON.parse(Buffer.from(header, "base64url").toString()) as { kid?: string }).kid;
}
