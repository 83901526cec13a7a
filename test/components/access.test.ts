import "../support/without-sdks.ts";
import { gatewayApi } from "../../components/access/gateway-api.ts";
import { messageFormat, requestFormat, signInFormat } from "../../components/access/log-formats.ts";
import type { Route } from "../../components/access/route.ts";
import { signIn, signInOptions } from "../../components/access/sign-in.ts";
import { traefik } from "../../components/access/traefik.ts";
import { gatewayPlan } from "../../components/collector/workloads.ts";
import { jaegerQueryPlan } from "../../components/jaeger/workloads.ts";
import { ownMetadata } from "../../components/kubernetes/metadata.ts";
import { podTemplate } from "../../components/kubernetes/workload-plan.ts";
import { images } from "../../config/versions.ts";
import { access, context, contextOf, views } from "../support/context.ts";
import { loose } from "../support/loose.ts";

const route = (ingress: object, more: Partial<Route> = {}): Route => ({
  service: "jaeger-query-shop",
  port: 8443,
  host: "shop.traces.example",
  ranges: ["10.8.0.0/16", "fd00::/8"],
  allowList: "jaeger-query-shop-vpn-only",
  ...more,
  ingress: { ...context.settings.access.ingress, ...ingress },
  metadataOf: (name) => ownMetadata(context.settings, name, { workload: "jaeger-query-shop" }),
});

describe("Traefik", () => {
  const objects = traefik(route({}));

  test("takes the view's connections on the named entry point alone, and passes TLS on", () => {
    const { spec } = loose(objects.find(({ kind }) => kind === "IngressRouteTCP"));
    expect(spec.entryPoints).toEqual(["internal"]);
    expect(spec.tls).toEqual({ passthrough: true });
    expect(spec.routes).toHaveLength(1);
    expect(spec.routes[0]).toMatchObject({
      match: "HostSNI(`shop.traces.example`)",
      services: [{ name: "jaeger-query-shop", port: 8443 }],
    });
  });

  test("lets in the VPN's ranges alone: the route names the allow-list, which is made before it", () => {
    const [allowList, way] = objects.map(loose);
    expect(allowList!["kind"]).toBe("MiddlewareTCP");
    expect(allowList!["spec"]).toEqual({ ipAllowList: { sourceRange: ["10.8.0.0/16", "fd00::/8"] } });
    expect(way!["spec"].routes[0].middlewares).toEqual([{ name: allowList!["metadata"].name }]);
    expect(allowList!["metadata"].namespace).toBe(way!["metadata"].namespace);
  });

  test("limits the connections of one address where it is told to, before anything is passed on", () => {
    const [allowList, limit, way] = traefik(route({}, { connectionsPerAddress: 7 })).map(loose);
    expect(limit!["spec"]).toEqual({ inFlightConn: { amount: 7 } });
    expect(way!["spec"].routes[0].middlewares).toEqual(
      [allowList, limit].map((one) => ({ name: one!["metadata"].name })),
    );
  });

  test("is not given a route without an entry point", () => {
    expect(() => traefik(route({ entryPoint: undefined }))).toThrow("on all of them");
  });
});

describe("Gateway API", () => {
  const ingress = { entryPoint: "ingress/internal/tls", rangesEnforcedBy: "the internal load balancer" };

  test("hangs the route on one listener, and says on it who enforces the ranges", () => {
    const [way, ...more] = gatewayApi(route(ingress)).map(loose);
    expect(more).toEqual([]);
    expect(way!["spec"]).toEqual({
      parentRefs: [{ namespace: "ingress", name: "internal", sectionName: "tls" }],
      hostnames: ["shop.traces.example"],
      rules: [{ backendRefs: [{ name: "jaeger-query-shop", port: 8443 }] }],
    });
    expect(way!["metadata"].annotations).toMatchObject({
      "order-tracing/ranges": "10.8.0.0/16,fd00::/8",
      "order-tracing/ranges-enforced-by": "the internal load balancer",
    });
  });

  test("is not given a route whose ranges nobody enforces", () => {
    expect(() => gatewayApi(route({ ...ingress, rangesEnforcedBy: undefined }))).toThrow("enforces");
  });
});

describe("the proxy before Jaeger", () => {
  const options = (view: string, of = context) => signInOptions(of, view, "/etc/jaeger");

  test("lets in the groups whose roles see the view, and no other", () => {
    expect(options("shop").allowed_groups).toEqual(["team-shop", "tracing-devops"]);
    expect(options("crm").allowed_groups).toEqual(["tracing-devops"]);
    expect(options("all").allowed_groups).toEqual(["tracing-devops", "tracing-support"]);
  });

  test("is not made for a view that nobody sees: without groups it would let in everybody", () => {
    const nobody = { ...context, settings: { ...context.settings, access: { ...context.settings.access, roles: {} } } };
    expect(() => options("shop", nobody)).toThrow("would admit all");
  });

  test.each(views)("of %s checks the mail domain, has no way around the sign-in, and believes no header", (view) => {
    const chosen = loose(options(view));
    expect(chosen["email_domains"]).toEqual(["company.example"]);
    expect(chosen["api_routes"]).toEqual(["^/api/"]);
    expect(chosen).toMatchObject({
      code_challenge_method: "S256",
      insecure_oidc_skip_nonce: false,
      reverse_proxy: false,
      skip_jwt_bearer_tokens: true,
    });
    // Any of these would open a door, whatever its value. `user_id_claim` would be taken for the mail address.
    const open =
      /skip_auth|trusted|insecure_(?!oidc_skip_nonce)|ssl_insecure|htpasswd|extra_jwt|user_id_claim|http_address|unverified/;
    expect(Object.keys(chosen).filter((key) => open.test(key))).toEqual([]);
  });

  test("has cookies that only the view's own host gets, over TLS, out of reach of scripts", () => {
    const chosen = options("shop");
    expect(chosen).toMatchObject({
      cookie_name: "__Host-jaeger",
      cookie_secure: true,
      cookie_httponly: true,
      cookie_samesite: "lax",
      cookie_expire: "8h",
    });
    expect(Object.keys(chosen)).not.toContain("cookie_domains");
    expect(options("shop", contextOf({ access: { ...access, sessionHours: 2 } })).cookie_expire).toBe("2h");
  });

  test("knows its own address, with the port by which people come", () => {
    expect(options("shop").redirect_url).toBe("https://shop.traces.example/oauth2/callback");
    const other = contextOf({ access: { ...access, port: 8443 } });
    expect(options("shop", other).redirect_url).toBe("https://shop.traces.example:8443/oauth2/callback");
  });

  test("has secrets in files alone: neither configuration nor arguments nor environment hold one", () => {
    const { container, config } = signIn(context, "shop", "/etc/jaeger");
    expect(container.env).toBeUndefined();
    expect(container.args).toEqual(["--config=/etc/jaeger/oauth2-proxy.toml"]);
    const secrets = Object.entries(options("shop")).filter(([key]) => /secret|password|key/.test(key));
    for (const [key, value] of secrets)
      expect([key, value]).toEqual([expect.stringMatching(/_file$/), expect.any(String)]);
    expect(config["oauth2-proxy.toml"]).toContain('client_secret_file = "/vault/secrets/oidc-client-secret"\n');
    expect(container.image).toBe(images.oauth2Proxy);
  });

  test("asks for the scopes and the claim of its kind of provider, or for the claim of the settings", () => {
    const of = (oidc: object) => contextOf({ access: { ...access, oidc: { ...access.oidc, ...oidc } } });
    expect(options("shop")).toMatchObject({ provider: "oidc", oidc_groups_claim: "groups" });
    expect(options("shop", of({ provider: "keycloak", groupsClaim: "teams" }))).toMatchObject({
      provider: "keycloak-oidc",
      scope: "openid email profile",
      oidc_groups_claim: "teams",
    });
    expect(options("shop", of({ provider: "entra-id" })).scope).toContain("offline_access");
  });

  test("trusts the CA of the settings for the identity provider, and the system's where there is none", () => {
    expect(options("shop").provider_ca_files).toEqual(["/etc/jaeger/identity-ca.crt"]);
    const bare = { ...context, identityCa: undefined };
    expect(options("shop", bare)).not.toHaveProperty("provider_ca_files");
    expect(Object.keys(signIn(bare, "shop", "/etc/jaeger").config)).toEqual(["oauth2-proxy.toml"]);
  });
});

describe("logs", () => {
  test.each([requestFormat, signInFormat, messageFormat])("are JSON around Go's fields: %p", (format) => {
    const filled = format('sh"op')
      .replace(/{{if .*?}}(".*?"){{else}}.*?{{end}}/, "$1")
      .replace(/{{printf [^}]*}}/g, '"text"')
      .replace(/{{[^}]*}}/g, "7");
    expect(JSON.parse(filled)).toMatchObject({ view: 'sh"op' });
  });

  test("withhold what is made of a whole request, or of a header that is no token", () => {
    const format = messageFormat("shop");
    for (const [, length, text] of format.matchAll(/\(slice \.Message 0 (\d+)\) "([^"]*)"/g)) {
      expect(text).toHaveLength(Number(length));
      // A shorter message would end the proxy.
      expect(format).toContain(`(ge (len .Message) ${length})`);
    }
    expect(format).toContain('"&{"');
  });
});

describe("a pod of a view", () => {
  const plan = jaegerQueryPlan(context, "shop");
  const { spec, metadata } = podTemplate(context, plan);

  test("has Jaeger, and the proxy before it, with the same restrictions and files", () => {
    expect(spec.containers.map(({ name }) => name)).toEqual(["jaeger", "oauth2-proxy"]);
    const [jaeger, proxy] = spec.containers;
    expect(proxy!.securityContext).toEqual(jaeger!.securityContext);
    // What it writes is not Jaeger's to see.
    const [records, ...others] = [...proxy!.volumeMounts].reverse();
    expect(records).toEqual({ name: "audit", mountPath: "/var/log/audit" });
    expect(others.reverse()).toEqual(jaeger!.volumeMounts);
  });

  test("has a certificate for its Service and for the host that people open", () => {
    expect(plan.files[0]).toMatchObject({
      kind: "certificate",
      dnsNames: ["jaeger-query-shop.tracing.svc", "shop.traces.example"],
    });
  });

  test("lets Vault Agent end the proxy when certificate or cookie key are new: it has no other way to read them", () => {
    expect(spec).toMatchObject({ shareProcessNamespace: true });
    const restarting = plan.files.filter(({ restarts }) => restarts === "oauth2-proxy").map(({ kind }) => kind);
    expect(restarting).toEqual(["certificate", "kv"]);
    // Gateway and samplers read their files again by themselves.
    expect(podTemplate(context, gatewayPlan(context)).spec).not.toHaveProperty("shareProcessNamespace");
  });

  test("is rolled by a change of roles", () => {
    const roles = { ...access.roles, "shop-team": { groups: ["team-shop", "team-web"], views: ["shop"] } };
    const other = contextOf({ access: { ...access, roles } });
    expect(podTemplate(other, jaegerQueryPlan(other, "shop")).metadata.annotations).not.toEqual(metadata.annotations);
    const crm = (of: typeof context) => podTemplate(of, jaegerQueryPlan(of, "crm")).metadata.annotations;
    expect(crm(other)).toEqual(crm(context));
  });
});
