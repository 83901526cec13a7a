import { messageOf, minimal, parse } from "./fixtures.ts";

const { access } = minimal;
const withAccess = (changes: object) => () => parse({ access: { ...access, ...changes } });
const roles = (more: Record<string, unknown>) => withAccess({ roles: { ...access.roles, ...more } });
const ingress = (changes: object) => withAccess({ ingress: { ...access.ingress, ...changes } });
const oidc = (changes: object) => withAccess({ oidc: { ...access.oidc, ...changes } });

describe("access that cannot be meant is refused, with the line to write", () => {
  test.each<[string, () => unknown, string, string?]>([
    [
      "an issuer without TLS",
      oidc({ issuer: "http://login.example" }),
      'oidc.issuer: "http://login.example": must be an',
    ],
    ["every mail domain", oidc({ emailDomain: "*" }), 'oidc.emailDomain: "*": must be a host name'],
    ["sub-domains of a mail domain", oidc({ emailDomain: ".company.example" }), "oidc.emailDomain: "],
    ["a top-level mail domain", oidc({ emailDomain: "example" }), "is no mail domain"],
    ["a domain that is an address", withAccess({ domain: "10.8.0.1" }), "is an address"],
    ["a domain that is a URL", withAccess({ domain: "https://traces.example" }), "must be a host name"],
    ["a role without groups", roles({ idle: { groups: [], views: ["shop"] } }), "roles.idle.groups: []: is empty"],
    [
      "a role that sees nothing",
      roles({ idle: { groups: ["g"], views: [] } }),
      "roles.idle.views: []: is empty: this role would see nothing",
      "roles: {idle: {views: [shop]}}",
    ],
    [
      "a view that there is not",
      roles({ support: { groups: ["g"], views: ["shpo"] } }),
      'roles.support.views.0: "shpo": ',
      'allowed: "shop", "crm", "mes", "all"',
    ],
    [
      "the group of unknown senders, which is no view",
      roles({ s: { groups: ["g"], views: ["unassigned"] } }),
      "s.views.0",
    ],
    [
      "a view that nobody sees",
      withAccess({ roles: { devops: { groups: ["d"], views: ["all", "shop", "crm"] } } }),
      "roles has no role that sees the view mes",
      "mes-team: {groups: [team-mes], views: [mes]}",
    ],
    [
      "a group in two roles",
      roles({ support: { groups: ["support", "staff"], views: ["all"] } }),
      'roles.support.groups.1: "staff": is the group of role everybody too',
    ],
    ["a group twice in one role", roles({ s: { groups: ["g", "g"], views: ["all"] } }), "stands twice in this role"],
    ["a group with a quote", roles({ s: { groups: ['a"b'], views: ["all"] } }), "must be the name or id of a group"],
    [
      "Traefik without an entry point",
      ingress({ entryPoint: undefined }),
      "ingress.entryPoint is missing: without it Traefik serves the views on all its entry points",
      "entryPoint: tracing-internal",
    ],
    ["pods of the controller without a label", ingress({ podLabels: {} }), "every pod of the namespace is meant"],
    [
      "a controller that there is no adapter for",
      ingress({ controller: "ingress-nginx" }),
      'ingress.controller: "ingress-nginx"',
      '"traefik", "gateway-api"',
    ],
    [
      "Gateway API without somebody who enforces the ranges",
      ingress({ controller: "gateway-api", entryPoint: "ingress/internal/tls" }),
      "ingress.rangesEnforcedBy is missing: Gateway API has no allow-list",
    ],
    [
      "Gateway API without a listener",
      ingress({ controller: "gateway-api", entryPoint: "internal", rangesEnforcedBy: "the load balancer" }),
      'ingress.entryPoint: "internal"',
      "<namespace>/<gateway>/<listener>",
    ],
    [
      "somebody else who enforces what Traefik does",
      ingress({ rangesEnforcedBy: "nobody" }),
      "belongs to the controller",
    ],
    [
      "Google, whose tokens say no groups",
      oidc({ provider: "google" }),
      "oidc.provider",
      'allowed: "keycloak", "entra-id", "oidc"',
    ],
    ["a sign-in of a week", withAccess({ sessionHours: 168 }), "access.sessionHours: 168"],
    ["a command as one text", withAccess({ tokenCommand: "company-login token" }), "access.tokenCommand"],
  ])("%s", (_name, action, says, help = "") => {
    const message = messageOf(action);
    expect(message).toContain("order-tracing:access");
    expect(message).toContain(says);
    expect(message).toContain(help);
  });
});

test("Gateway API with a listener, and somebody who enforces the ranges, can be used", () => {
  const settings = ingress({
    controller: "gateway-api",
    entryPoint: "ingress/internal/tls",
    rangesEnforcedBy: "the internal load balancer",
  });
  expect(settings).not.toThrow();
});
