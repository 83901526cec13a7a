import type { Context } from "../../config/context.ts";
import { imageOf } from "../../config/settings.ts";
import { jaegerQueryName, ports, serviceHost, viewHost, viewUrl } from "../../lib/names.ts";
import type { EgressFlow } from "../kubernetes/network-policy.ts";
import { resources } from "../kubernetes/pod.ts";
import { httpProbes } from "../kubernetes/probes.ts";
import { hostFlow, type SidecarContainer } from "../kubernetes/workload-plan.ts";
import { accessSecrets } from "../vault/paths.ts";
import { certificateFiles, secretsDir, type SecretFile } from "../vault/vault-agent.ts";
import { auditBackups, auditDir, auditFile, auditFileMib, auditMount } from "./audit-file.ts";
import { messageFormat, requestFormat, signInFormat } from "./log-formats.ts";
import { providerOptions } from "./providers.ts";
import { groupsOf } from "../../lib/access/roles.ts";

/** Name of the proxy's process, by which Vault Agent finds it. */
const program = "oauth2-proxy";
const configFile = "oauth2-proxy.toml";
const identityCaFile = "identity-ca.crt";
const clientSecretFile = "oidc-client-secret";
const cookieSecretFile = "cookie-secret";

/** Where the proxy keeps what belongs to itself: sign-in, sign-out. */
const prefix = "/oauth2";

/**
 * How often a session is looked at again, minutes: who has lost a group loses the view by then, where the provider hands out
 * refresh tokens. Where it does not, a session ends with its token.
 */
const refreshMinutes = 15;

/** What the proxy adds to the pods of a view. */
export interface SignIn {
  container: SidecarContainer;
  files: readonly SecretFile[];
  /** Configuration files, in the pods' configuration folder. */
  config: Record<string, string>;
  egress: readonly EgressFlow[];
}

/**
 * The proxy in front of a view's Jaeger: the one listener of the pod. It asks the company's identity provider who somebody
 * is, and lets members of the view's groups through.
 *
 * @param configDir where the container sees its configuration.
 */
export function signIn(context: Context, view: string, configDir: string): SignIn {
  const { settings } = context;
  const { domain, oidc } = settings.access;
  // It reads these once, when it starts, and has no signal to read them again.
  const restarts = program;
  return {
    files: [
      {
        kind: "certificate",
        dnsNames: [serviceHost(jaegerQueryName(view), settings.cluster.namespace), viewHost(view, domain)],
        restarts,
      },
      { kind: "kv", file: clientSecretFile, ...accessSecrets.client },
      { kind: "kv", file: cookieSecretFile, ...accessSecrets.cookie(view), restarts },
    ],
    config: {
      [configFile]: renderToml(signInOptions(context, view, configDir)),
      ...(context.identityCa !== undefined && { [identityCaFile]: `${context.identityCa}\n` }),
    },
    container: {
      name: program,
      image: imageOf(settings, "oauth2Proxy"),
      args: [`--config=${configDir}/${configFile}`],
      ports: [{ containerPort: ports.signIn, name: "https" }],
      resources: resources(settings.sizes.signIn),
      volumeMounts: [auditMount],
      ...httpProbes("/ping", ports.signIn, "HTTPS"),
    },
    egress: [hostFlow(oidc.issuer, oidc.ranges)],
  };
}

/** Options of the proxy, by the names of its configuration file. None is secret. */
export function signInOptions({ settings, identityCa }: Context, view: string, configDir: string) {
  const { access } = settings;
  return {
    ...providerOptions(access.oidc, groupsOf(access.roles, view)),
    ...(identityCa !== undefined && { provider_ca_files: [`${configDir}/${identityCaFile}`] }),
    client_secret_file: `${secretsDir}/${clientSecretFile}`,
    code_challenge_method: "S256",
    // By default a replayed token of another sign-in would do.
    insecure_oidc_skip_nonce: false,
    email_domains: [access.oidc.emailDomain],
    redirect_url: `${viewUrl(view, access)}${prefix}/callback`,
    // Sign-out may lead on to the provider's own.
    whitelist_domains: [new URL(access.oidc.issuer).host],
    skip_provider_button: true,

    // Robots: a token of the same issuer, for the same client.
    skip_jwt_bearer_tokens: true,
    // Programs are told; people are sent to sign in. An expired token counts as none, so that it is 401 and not 403.
    api_routes: ["^/api/"],

    // TLS ends here, so what a header says of the caller is a caller's claim.
    reverse_proxy: false,
    https_address: `:${ports.signIn}`,
    tls_cert_file: certificateFiles.certificate,
    tls_key_file: certificateFiles.key,
    tls_min_version: "TLS1.3",
    upstreams: [`http://127.0.0.1:${ports.jaegerQuery}`],
    // These two go to Jaeger, and replace those that somebody sends.
    pass_basic_auth: false,
    pass_user_headers: true,

    // The prefix makes browsers refuse a cookie that another host, or a plain connection, has set.
    cookie_name: "__Host-jaeger",
    cookie_secret_file: `${secretsDir}/${cookieSecretFile}`,
    cookie_secure: true,
    cookie_httponly: true,
    cookie_samesite: "lax",
    cookie_expire: `${access.sessionHours}h`,
    cookie_refresh: `${refreshMinutes}m`,
    // Two tabs may sign in at once.
    cookie_csrf_per_request: true,
    cookie_csrf_per_request_limit: 5,

    // Requests and decisions; errors go to the container's log all the same.
    logging_filename: `${auditDir}/${auditFile}`,
    logging_max_size: auditFileMib,
    logging_max_backups: auditBackups,
    request_logging_format: requestFormat(view),
    auth_logging_format: signInFormat(view),
    standard_logging_format: messageFormat(view),
    logging_local_time: false,
    silence_ping_logging: true,
    exclude_logging_paths: [`${prefix}/callback`],
  };
}

/** TOML of one level. A text in JSON's quotes is one in TOML's. */
function renderToml(options: object): string {
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join("");
}
