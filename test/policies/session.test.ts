import { Session } from "../../policies/core/session.ts";
import { judgements } from "../../policies/judgements.ts";
import { ours, theirs } from "./resources.ts";
import type { Judgement } from "../../policies/core/judgement.ts";

const today = new Date("2026-11-25");
const names = judgements.map(({ name }) => name);
const policy = (name: string): Judgement => judgements.find((of) => of.name === name)!;
const nodePort = theirs("kubernetes:core/v1:Service", {
  apiVersion: "v1",
  kind: "Service",
  spec: { type: "NodePort" },
});
const except = (changes: object) => ({
  policy: "exposure-node-port",
  resource: "their*",
  reason: "moves away in spring",
  owner: "platform",
  lastDay: "2026-11-25",
  ...changes,
});

function judged(exception: object) {
  const session = new Session(names, today);
  session.configure({ exceptions: [exception] });
  const { refused } = session.judge(policy("exposure-node-port"), nodePort);
  // The engine tells the settings anew with each resource.
  session.configure({ exceptions: [{ ...exception }] });
  return { refused: refused.length, errors: session.badExceptions().join() };
}

describe("an exception", () => {
  test("accepts a finding up to its last day", () => expect(judged(except({}))).toEqual({ refused: 0, errors: "" }));
  test("can name a URN and a property", () =>
    expect(judged(except({ resource: "*:Service::theirs", property: "spec" }))).toEqual({ refused: 0, errors: "" }));
  test("is an error once it has expired, and accepts nothing", () => {
    const { refused, errors } = judged(except({ lastDay: "2026-11-24" }));
    expect(refused).toBe(1);
    expect(errors).toMatch(/has expired on 2026-11-24: platform/);
  });
  test("is an error if nothing needs it", () =>
    expect(judged(except({ property: "metadata" })).errors).toMatch(/nothing to accept there.*delete it/));
  test("is an error if it is of no resource", () =>
    expect(judged(except({ resource: "their" })).errors).toMatch(/no such resource/));
  test("is an error if it is of no policy", () =>
    expect(judged(except({ policy: "exposure-nodeport" })).errors).toMatch(/no such policy/));
});

test("a policy is told what it is told now, not what it was told before", () => {
  const session = new Session(names, today);
  const pod = theirs("kubernetes:core/v1:Pod", {
    apiVersion: "v1",
    kind: "Pod",
    spec: { containers: [{ name: "app", image: "registry.example/app:1.0" }] },
  });
  const refused = (registries: string[]) => session.judge(policy("pods-image"), pod, { registries }).refused.length;
  expect([["registry.example/"], [], ["registry.example/"]].map(refused)).toEqual([0, 1, 0]);
});

test.each([
  [{ ranges: ["10.8.0.0"] }, undefined],
  [{ ranges: ["the VPN"] }, /"the VPN" is no network; write one like "10.8.0.0\/16"/],
  [{ exceptions: [except({ lastDay: "spring" })] }, /"spring" is no day/],
  [{ rangse: [] }, /rangse/],
])("settings %j", (settings, message) => {
  const configure = () => new Session(names).configure(settings);
  if (message) expect(configure).toThrow(message);
  else expect(configure).not.toThrow();
});

test("a route of Traefik must refer to a middleware of the stack that has an allow-list", () => {
  const meta = { name: "vpn-only", namespace: "tracing" };
  const route = theirs("kubernetes:traefik.io/v1alpha1:IngressRouteTCP", {
    apiVersion: "traefik.io/v1alpha1",
    kind: "IngressRouteTCP",
    metadata: { name: "shop", namespace: "tracing" },
    spec: { routes: [{ match: "HostSNI(`a.example`)", middlewares: [{ name: "vpn-only" }] }] },
  });
  const middleware = (metadata: object, spec: object) =>
    theirs("kubernetes:traefik.io/v1alpha1:MiddlewareTCP", {
      apiVersion: "traefik.io/v1alpha1",
      kind: "MiddlewareTCP",
      metadata,
      spec,
    });
  const list = { ipAllowList: { sourceRange: ["10.8.0.0/16"] } };
  const refused = (...others: ReturnType<typeof theirs>[]) =>
    new Session(names, today).judgeStack(policy("exposure-route-middleware"), [route, ...others]).refused.length;
  expect(refused(middleware(meta, list))).toBe(0);
  expect(refused()).toBe(1);
  expect(refused(middleware({ ...meta, namespace: "other" }, list))).toBe(1);
  expect(refused(middleware(meta, { inFlightConn: { amount: 1 } }))).toBe(1);
});

test("a namespace of the stack must deny everything that no other NetworkPolicy allows", () => {
  const metadata = { name: "deny", namespace: "n" };
  const deny = (spec: object, namespace = "n") =>
    theirs("kubernetes:networking.k8s.io/v1:NetworkPolicy", {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { ...metadata, namespace },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ...spec },
    });
  const namespace = theirs("kubernetes:core/v1:Namespace", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "n" },
  });
  const refused = (...others: ReturnType<typeof theirs>[]) =>
    new Session(names, today).judgeStack(policy("exposure-default-deny"), [namespace, ...others]).refused.length;
  expect(refused(deny({}))).toBe(0);
  expect(refused()).toBe(1);
  expect(refused(deny({}, "other"))).toBe(1);
  expect(refused(deny({ policyTypes: ["Ingress"] }))).toBe(1);
  expect(refused(deny({ podSelector: { matchLabels: { app: "one" } } }))).toBe(1);
  expect(refused(deny({ ingress: [{}] }))).toBe(1);
});

test("every policy has a name of its own that begins with its folder", () => {
  expect(new Set(names).size).toBe(names.length);
  for (const name of names)
    expect(name).toMatch(/^(?:exposure|encryption|secrets|privacy|isolation|pods|operations)-[a-z-]+$/);
});

test("without any configuration the pack is strict: our own load balancer is refused", () => {
  const { refused } = new Session(names, today).judge(
    policy("exposure-load-balancer"),
    ours("elasticsearch-published"),
  );
  expect(refused.map(({ message }) => message).join()).toContain("which are empty");
});
