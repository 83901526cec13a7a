import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deploy } from "../../components/platform.ts";
import { runProgram, type Registered } from "../mocks.ts";
import { access, contextOf } from "../support/context.ts";
import { asResources, configurationOf, refusals } from "./refusals.ts";

const root = join(import.meta.dirname, "../..");
const today = new Date("2026-11-28");
const name = "otel-front-end-internet-shop";
const apps = { "internet-shop": { host: "spans.shop.company.example", origins: ["https://shop.company.example"] } };
const policies = configurationOf("local");

/** The exceptions that the guide gives. */
const [, exceptions] = /```json\n([^`]+)```/.exec(readFileSync(join(root, "docs/guides/front-ends.md"), "utf8"))!;

function graphOf(frontEnds?: object): Promise<Registered[]> {
  const context = contextOf({ access: { ...access, vpnRanges: ["10.8.0.0/16"] }, ...(frontEnds && { frontEnds }) });
  return runProgram("test", false, () => deploy(context));
}

/** What the policy pack refuses of a front end's entry. */
function refused(graph: readonly Registered[], packSettings: object = {}): string[] {
  const given = { ...policies, "pack-settings": { ...policies["pack-settings"], ...packSettings } };
  const { refused: all, badExceptions } = refusals(asResources(graph), given, today);
  return [
    ...all
      .filter(({ resource }) => resource.includes("front-end"))
      .map(({ policy, resource }) => `${policy}: ${resource}`),
    ...badExceptions,
  ];
}

let inside: Registered[];

beforeAll(async () => {
  inside = await graphOf({ apps, ranges: ["10.8.0.0/16"] });
}, 60_000);

test("a front end is one more workload and one more route, and changes of the others the gateway and the sampler alone", async () => {
  const key = (one: Registered) => `${one.type} ${one.name}`;
  const without = new Map((await graphOf()).map((one) => [key(one), one]));
  const added = inside.filter((one) => !without.has(key(one))).map((one) => one.name);
  expect(added.sort()).toEqual(
    [
      name,
      ...["config", "deployment", "network-policy", "service", "identity"].map((part) => `${name}-${part}`),
      ...["account", "agent", "certificate", "policy", "role"].map((part) => `${name}-identity-${part}`),
      `ingress-${name}`,
      ...["allow-list", "connections", "route"].map((part) => `ingress-${name}-${part}`),
    ].sort(),
  );
  const changed = inside.filter((one) => {
    const before = without.get(key(one));
    return before && JSON.stringify(before.inputs) !== JSON.stringify(one.inputs);
  });
  expect(changed.map((one) => one.name).sort()).toEqual([
    "otel-gateway-config",
    "otel-gateway-deployment",
    "otel-gateway-network-policy",
    "otel-sampler-config",
    "otel-sampler-statefulset",
  ]);
}, 60_000);

test("its route has the host, the entry point, the ranges and a limit of connections, and passes TLS on", () => {
  const spec = (part: string) => inside.find((one) => one.name === `ingress-${name}-${part}`)?.inputs["spec"];
  expect(spec("allow-list")).toEqual({ ipAllowList: { sourceRange: ["10.8.0.0/16"] } });
  expect(spec("connections")).toEqual({ inFlightConn: { amount: 50 } });
  expect(spec("route")).toEqual({
    entryPoints: ["internal"],
    routes: [
      {
        match: "HostSNI(`spans.shop.company.example`)",
        middlewares: [{ name: `${name}-ranges` }, { name: `${name}-connections` }],
        services: [{ name, port: 4318 }],
      },
    ],
    tls: { passthrough: true },
  });
});

test("the policy pack refuses it, until the exceptions of the guide accept it", () => {
  expect(refused(inside).sort()).toEqual([
    `encryption-mutual-tls: ${name}-config`,
    `exposure-behind-proxy: ingress-${name}-route`,
  ]);
  expect(refused(inside, { exceptions: JSON.parse(exceptions!) as object })).toEqual([]);
});

test("a public one it refuses all the same, by its ranges", () => {
  const open = inside.map((one) =>
    one.name === `ingress-${name}-allow-list`
      ? { ...one, inputs: { ...one.inputs, spec: { ipAllowList: { sourceRange: ["0.0.0.0/0"] } } } }
      : one,
  );
  expect(refused(open, { exceptions: JSON.parse(exceptions!) as object })).toEqual([
    `exposure-route-allow-list: ingress-${name}-allow-list`,
  ]);
});
