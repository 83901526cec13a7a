import "../../support/without-sdks.ts";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { agentConfigData } from "../../../components/wiring/plan.ts";
import { contextOf } from "../../support/context.ts";
import type { PortCase, PortOutcome } from "./ask-pods.ts";

/** What a connection to a port of a pod's localhost tells, through an API server that answers as recorded. */

const serviceOf = (settings: object = {}) => {
  const context = contextOf({ services: { "shop-api": settings } });
  return { context, service: context.landscape.services.find(({ id }) => id === "shop-api")! };
};
const pod = (name: string, { agent = false, ready = true, phase = "Running" } = {}): V1Pod => ({
  metadata: { name },
  spec: { containers: [{ name: "shop-api" }], initContainers: agent ? [{ name: "otel-agent" }] : [] },
  status: { phase, conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
});
const plain = serviceOf();
const known = { pods: [pod("a")] };
const wired = { pods: [pod("a", { agent: true })], ownConfig: { data: agentConfigData(plain.context, plain.service) } };
const unread = (reason: string, mayNot?: true) => ({
  ...{ state: "unread", reason: expect.stringContaining(reason) as string },
  ...(mayNot && { mayNot }),
});
const agentAnswers = { 4317: "silence", 4318: "silence", 14318: "greets" } as const;

const cases: [string, Partial<PortCase> & { settings?: object }, object, string[]?][] = [
  [
    "nobody listens on the agent's",
    { answers: { 8080: "silence" } },
    { state: "read", value: [] },
    ["a 1", "a 4317", "a 4318"],
  ],
  [
    "somebody does: by silence, where another port refuses, or by a greeting",
    { answers: { 4317: "greets", 4318: "silence" } },
    { state: "read", value: [4317, 4318] },
  ],
  [
    "somebody does, and the settings go around",
    { answers: { 4318: "silence" }, settings: { agentPorts: { http: 14318 } } },
    { state: "read", value: [] },
  ],
  ["a tunnel that ends tells nothing", { answers: { 4318: "hangs up" } }, unread("ended without a word")],
  ["a sandbox that is gone tells nothing", { answers: { 4318: "broken" } }, unread("network namespace")],
  ["who takes everything tells nothing", { answers: { 1: "greets" } }, unread("also one to port 1")],
  [
    "no right to forward ports: which one is needed is said",
    { status: 403 },
    unread("the verbs create and get on pods/portforward in namespace shop", true),
  ],
  ["no pod runs", { known: { pods: [pod("pending", { phase: "Pending" })] } }, unread("no pod of it runs"), []],
  [
    "three pods are enough, ready ones first",
    { known: { pods: [pod("new", { ready: false }), ...["a", "b", "c", "d"].map((name) => pod(name))] } },
    { state: "read", value: [] },
    ["a", "b", "c"].flatMap((name) => [1, 4317, 4318].map((port) => `${name} ${port}`)),
  ],
  [
    "where our agent is, its ports are its own",
    { known: wired, answers: agentAnswers },
    { state: "read", value: [] },
    [],
  ],
  [
    "where our agent is, only a port that is to be new is asked for",
    { known: wired, answers: agentAnswers, settings: { agentPorts: { http: 14318 } } },
    { state: "read", value: [14318] },
    ["a 1", "a 14318"],
  ],
];

let outcomes: PortOutcome[];
beforeAll(() => {
  const asked = cases.map(([, { settings, ...one }]) => ({ service: serviceOf(settings).service, known, ...one }));
  const output = execFileSync(process.execPath, [join(import.meta.dirname, "ask-pods.ts"), JSON.stringify(asked)], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  outcomes = JSON.parse(output.toString()) as PortOutcome[];
});

test.each(cases.map(([title, , answer, asked], index) => [title, index, answer, asked] as const))(
  "%s",
  (_, index, answer, asked) => {
    const outcome = outcomes[index]!;
    expect(outcome.answer).toEqual(answer);
    const path = /^\/api\/v1\/namespaces\/shop\/pods\/(\w+)\/portforward[?]ports=(\d+)$/;
    if (asked) expect(outcome.asked.map((url) => path.exec(url)?.slice(1).join(" "))).toEqual(asked);
    // Nothing is left behind.
    expect(outcome.open).toBe(0);
  },
);
