import { join } from "node:path";
import { viewNames } from "../../../lib/names.ts";
import { corporateDomain } from "../domain.ts";
import { catalogue } from "../catalogue.ts";
import { stateDir } from "../../paths.ts";
import { port as ingressPort, viewHost } from "../ingress/settings.ts";

/** Namespace of the company's identity provider, and name of its Deployment, Service and ServiceAccount. */
export const namespace = "identity";
export const name = "login";

/** Port of pod and Service, and so of everybody: a port below 1024 takes root to listen on. */
export const port = 8443;

/** Name that browsers and pods know it by; its certificate says the same. */
export const host = `login.${corporateDomain}`;

/** What tokens name as their issuer. */
export const issuer = `https://${host}:${port}`;

/** The application that people sign in to, as it is registered; tokens name it as their audience. */
export const clientId = "tracing";

/** Where the provider sends people back to. */
export const origins: readonly string[] = viewNames(catalogue.groups).map(
  (view) => `https://${viewHost(view)}:${ingressPort}`,
);

/** The client secret and all passwords, readable by the user alone. The cluster has only hashes of them. */
export const credentialsFile = join(stateDir, "identity", "credentials.json");
