import { randomBytes, randomUUID } from "node:crypto";
import { waitFor } from "../../wait.ts";
import { lie } from "./rogue.ts";
import { withRogue, type Disguise, type Live } from "./rogue-pod.ts";

/** Agents without a token that is meant for the gateway. */
const disguises: Record<string, Disguise> = {
  none: { config: "exporters::otlp_grpc::auth: null" },
  unsigned: { token: { downwardAPI: { items: [{ path: "token", fieldRef: { fieldPath: "metadata.name" } }] } } },
  "for-another": {
    token: { serviceAccountToken: { path: "token", audience: "somebody-else", expirationSeconds: 3600 } },
  },
};

/**
 * Pods that have no token, one that nobody signed, or one for somebody else. A token for the gateway is tried by the rogue with a
 * real order: its span arrives, so that what is refused here is refused for the token.
 *
 * @returns those that the gateway did not refuse.
 */
export async function tokenFaults(live: Pick<Live, "kubernetes" | "signal">): Promise<string[]> {
  const faults = Object.entries(disguises).map(([title, disguise]) =>
    withRogue(
      live,
      `tracing-check-token-${title}`,
      async (rogue) => {
        await rogue.hand([lie(randomBytes(16).toString("hex"), randomUUID())]);
        const refused = async () => /code = Unauthenticated/.test(await rogue.log());
        const seen = await waitFor(refused, { limit: 30_000, every: 1_000, signal: live.signal });
        return seen ? [] : [`token ${title}: no refusal in the agent's log within 30 s`];
      },
      disguise,
    ),
  );
  return (await Promise.all(faults)).flat();
}
