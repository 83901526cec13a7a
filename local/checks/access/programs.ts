import { viewNames } from "../../../lib/names.ts";
import { catalogue } from "../../landscape/catalogue.ts";
import * as ingress from "../../landscape/ingress/settings.ts";
import { attempt, type Finding } from "../findings.ts";
import { askView, bearerOf, plainHttp } from "./requests.ts";
import type { Site } from "./site.ts";

const proxy = "oauth2-proxy";
const allowList = "Traefik's allow-list";

/** Headers by which a proxy tells what is behind it who somebody is: worth nothing from outside. */
const forged = {
  "x-forwarded-user": "support",
  "x-forwarded-email": "support@alexandrite.test",
  "x-forwarded-groups": "tracing-support",
  "x-forwarded-for": "127.0.0.1",
  "x-forwarded-uri": "/ping",
  "x-real-ip": "127.0.0.1",
  "x-auth-request-user": "support",
  "x-auth-request-email": "support@alexandrite.test",
  "x-auth-request-groups": "tracing-support",
};

/** What programs get: with tokens of several accounts, with none, and from other places. */
export async function programFindings(site: Site): Promise<Finding[]> {
  const bearer = (account: string) => bearerOf(site, account);
  const asked = (
    what: string,
    layer: string,
    expected: string,
    view: string,
    options: () => Promise<Parameters<typeof askView>[2]> | Parameters<typeof askView>[2],
  ) =>
    attempt(what, layer, expected, async () => {
      const { found } = await askView(site, view, await options());
      return { found, good: found === expected };
    });
  const findings: Finding[] = [];
  for (const view of viewNames(catalogue.groups)) {
    findings.push(
      await asked(`The robot's token at ${view}`, "-", "served", view, async () => ({
        headers: await bearer("verify"),
      })),
    );
  }
  for (const [account, view] of [
    ["support", "shop"],
    ["shop.developer", "all"],
    ["nogroup", "all"],
    ["stranger", "all"],
  ] as const) {
    const headers = async () => ({ headers: await bearer(account) });
    findings.push(await asked(`A token of ${account} at ${view}`, proxy, "403", view, headers));
  }
  findings.push(
    await asked("A token with a changed signature", proxy, "401", "all", async () => {
      const { authorization } = await bearer("verify");
      const [head, body, signature = ""] = authorization.split(".");
      const changed = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
      return { headers: { authorization: [head, body, changed].join(".") } };
    }),
    await asked("No token", proxy, "401", "all", () => ({})),
    await asked("No token, as a browser", proxy, "sign in", "all", () => ({ path: "/" })),
    await asked("Forged X-Forwarded-* and X-Auth-Request-*", proxy, "401", "all", () => ({ headers: forged })),
    await asked("A token, and forged headers of somebody else", "-", "served", "shop", async () => ({
      headers: { ...forged, ...(await bearer("shop.developer")) },
    })),
  );
  // Without the load balancer's word the client is whoever connects: here the pod's own loopback.
  for (const client of ["192.168.7.7", "203.0.113.7", "10.9.0.1", "2001:db8::7", "nowhere"] as const) {
    findings.push(
      await asked(`A good token, from ${client}`, allowList, "closed before TLS", "all", async () => ({
        client,
        headers: await bearer("verify"),
      })),
    );
  }
  for (const [port, layer, expected] of [
    [ingress.port, "Traefik: no route", "404"],
    [ingress.httpPort, "Traefik: no route", "404"],
  ] as const) {
    findings.push(
      await attempt(`Plain HTTP to port ${port}`, layer, expected, async () => {
        const { found } = await plainHttp(site, "all", port);
        return { found, good: found === expected };
      }),
    );
  }
  return findings;
}
