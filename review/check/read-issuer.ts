import { DiscoveryV1Api, KubeConfig, OpenidApi, WellKnownApi } from "@kubernetes/client-node";
import { Agent, request } from "undici";
import type { Context } from "../../config/context.ts";
import { namespaceOfService } from "../../lib/cluster-address.ts";
import { ask, type Answer } from "./answer.ts";
import { parsed, type Issuer } from "./issuer.ts";

type IssuerContext = Pick<Context, "settings" | "issuerCa">;

/**
 * Asks the issuer as the gateway and Vault will: without a login. An API server, whose name resolves in the cluster only, by
 * the address of the kubeconfig.
 *
 * @returns undefined where the stack has the keys in a file.
 */
export async function readIssuer(config: KubeConfig, context: IssuerContext): Promise<Issuer | undefined> {
  const { oidc, serviceAccountIssuer: issuer } = context.settings.cluster;
  if (!oidc) return undefined;
  if (namespaceOfService(issuer) !== undefined) {
    const nobody = anonymous(config);
    const [document, keys, endpoints] = await Promise.all([
      ask(() => nobody.makeApiClient(WellKnownApi).getServiceAccountIssuerOpenIDConfiguration()),
      ask(() => nobody.makeApiClient(OpenidApi).getServiceAccountIssuerOpenIDKeyset()),
      ask(() => endpointsOf(config)),
    ]);
    return { document, keys, endpoints };
  }
  const document = await get(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, context.issuerCa);
  const uri = document.state === "read" ? parsed<{ jwks_uri?: string }>(document.value).jwks_uri : undefined;
  return { document, keys: uri === undefined ? { state: "missing" } : await get(uri, context.issuerCa) };
}

function anonymous(config: KubeConfig): KubeConfig {
  const nobody = new KubeConfig();
  const { name, ...cluster } = config.getCurrentCluster()!;
  nobody.loadFromClusterAndUser({ name, ...cluster }, { name: "nobody" });
  return nobody;
}

async function endpointsOf(config: KubeConfig): Promise<{ address: string; port: number }[]> {
  const { items } = await config.makeApiClient(DiscoveryV1Api).listNamespacedEndpointSlice({
    namespace: "default",
    labelSelector: "kubernetes.io/service-name=kubernetes",
  });
  return items.flatMap(({ endpoints = [], ports = [] }) =>
    endpoints.flatMap(({ addresses }) =>
      addresses.flatMap((address) => ports.flatMap(({ port }) => (port === undefined ? [] : [{ address, port }]))),
    ),
  );
}

/** From this machine, which may be elsewhere than the gateway: that it gets no answer says nothing. */
async function get(url: string, ca: string | undefined): Promise<Answer<unknown>> {
  const dispatcher = new Agent({ connect: { ...(ca !== undefined && { ca }), timeout: 5_000 } });
  try {
    const { statusCode, body } = await request(url, { dispatcher, headersTimeout: 5_000, bodyTimeout: 5_000 });
    const text = await body.text();
    return statusCode === 200
      ? { state: "read", value: parsed(text) }
      : { state: "unread", reason: `${url} answers ${statusCode}` };
  } catch (error) {
    return { state: "unread", reason: `${url}: ${(error as Error).message}` };
  } finally {
    await dispatcher.close();
  }
}
