import { annotated, custom, inFile, other, type Case } from "./case.ts";

const hash = `$2y$10$${"abcDEF".repeat(8)}`;
const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "tracing" } };
const literal = (defect: string, good: object, bad: object, says = "keep it in Vault"): Case =>
  inFile("secrets-literal", defect, good, bad, says);

const ingress = {
  ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
  metadata: { name: "x", annotations: { "nginx.ingress.kubernetes.io/auth-tls-secret": "tracing/ca" } as object },
};
const basicAuth = (users: object) => ({ extensions: { "basicauth/server": { htpasswd: users } } });
const proxy = (setting: object) => ({
  oidc_issuer_url: "https://login.example",
  upstreams: ["http://127.0.0.1:1"],
  ...setting,
});
const login = (defect: string, good: object, bad: object, says: string): Case =>
  inFile("exposure-login", defect, proxy(good), proxy(bad), says);
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Credentials in forms of their own, and ways past the login that they are. */
export const secrets: readonly Case[] = [
  literal(
    "a collector's users",
    basicAuth({ file: "/vault/secrets/users" }),
    basicAuth({ inline: "app:correct-horse" }),
  ),
  literal("a collector's users with hashes", basicAuth({ file: "/v" }), basicAuth({ inline: `app:${hash}` }), "hash"),
  literal(
    "one user of several by a reference",
    basicAuth({ inline: "${env:USERS}" }),
    basicAuth({ inline: "${env:ONE}\napp:correct-horse\n" }),
  ),
  literal(
    "Traefik's users",
    { http: { basicAuth: { usersFile: "/v" } } },
    { http: { basicAuth: { users: [`a:${hash}`] } } },
    "hash",
  ),
  literal(
    "users of oauth2-proxy's chart",
    { htpasswdFile: {} },
    { htpasswdFile: { entries: ["a:{SHA}YWJjZGVmZ2hpamtsbW5vcA=="] } },
    "hash",
  ),
  literal("a password where nothing else is said", { password: "${env:P}" }, { password: "${env:P:-correct-horse}" }),
  literal("a connection's text", { dsn: "Server=db;Password=${P};" }, { dsn: "Server=db;Password=correct-horse;" }),
  literal(
    "a key of an API in a header",
    { headers: { X: "ApiKey ${K}" } },
    { headers: { X: `ApiKey ${"a1".repeat(20)}` } },
  ),
  literal("a license key", { licenseKey: "${K}" }, { licenseKey: "correct-horse" }),
  literal("a token of Slack", { url: "x" }, { url: `xoxb-${"1".repeat(12)}` }, "token of Slack"),
  other(
    "secrets-literal",
    "a file in base64",
    "kubernetes:core/v1:ConfigMap",
    { ...map, binaryData: { "config.yaml": base64("password: ${env:P}\n") } },
    ["binaryData", "config.yaml"],
    base64("password: correct-horse\n"),
    "keep it in Vault",
  ),
  ...(
    [
      "elasticstack:index/elasticsearchSecurityApiKey:ElasticsearchSecurityApiKey",
      "aws:iam/accessKey:AccessKey",
    ] as const
  ).map((type): Case => {
    const resource = (of: string) => ({
      urn: `urn:pulumi:dev::theirs::${of}::x`,
      type: of,
      name: "x",
      props: {},
      unknown: [],
    });
    return {
      ...{ policy: "secrets-object", defect: type.split(":").at(-1)!, says: "engine's state" },
      ...{
        bad: resource(type),
        good: resource("elasticstack:index/elasticsearchSecurityRole:ElasticsearchSecurityRole"),
      },
    };
  }),
  annotated(ingress, "exposure-login", "nginx.ingress.kubernetes.io/auth-type", "basic", "login proxy"),
  annotated(ingress, "secrets-literal", "nginx.ingress.kubernetes.io/auth-snippet", `users a:${hash}`, "hash"),
  custom(
    "exposure-login",
    "a shared password",
    ["traefik.io/v1alpha1", "Middleware"],
    { headers: {} },
    ["basicAuth"],
    { secret: "users" },
    "login proxy",
  ),
  login("passwords beside the login", {}, { htpasswd_file: "/v/users" }, "no directory knows"),
  login(
    "the proxy without TLS",
    { http_address: "127.0.0.1:4180" },
    { http_address: "0.0.0.0:4180" },
    "reached unencrypted",
  ),
  login(
    "people's tokens handed on",
    { pass_access_token: false },
    { pass_access_token: true },
    "hands people's tokens on",
  ),
  login("to any host after the login", { whitelist_domains: ["a.example"] }, { whitelist_domains: ["*"] }, "any host"),
  login(
    "a challenge that is none",
    { code_challenge_method: "S256" },
    { code_challenge_method: "plain" },
    "write S256",
  ),
  login("people's own headers", { skip_auth_strip_headers: true }, { skip_auth_strip_headers: false }, "of themselves"),
];
