import "../../support/without-sdks.ts";
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import { overhead } from "../../../config/overhead.ts";
import type { Answer } from "../../../review/check/answer.ts";
import { heapMib, judgeOverhead } from "../../../review/check/overhead.ts";
import type { ContainerUsage } from "../../../review/check/read-usage.ts";
import { contextOf } from "../../support/context.ts";

const needed = overhead.java.normal.memoryMib;
const limit = 2 * needed;
const container = (memory: string | undefined, more: Partial<V1Container> = {}): V1Container => ({
  name: "shop-api",
  ...(memory !== undefined && { resources: { limits: { memory } } }),
  ...more,
});
const uses = (mib: number, pod = "shop-api-1"): Answer<ContainerUsage[]> => ({
  state: "read",
  value: [
    { pod, container: "proxy", memory: "9Gi" },
    { pod, container: "shop-api", memory: `${mib * 1024}Ki` },
  ],
});
const findings = (of: V1Container, usage: Answer<ContainerUsage[]>, pods: V1Pod[] = [], settings = {}) => {
  const service = contextOf({ services: { "shop-api": settings } }).landscape.services.find(
    ({ id }) => id === "shop-api",
  )!;
  return judgeOverhead(service, of, pods, usage);
};

test("room is what is left of the limit, by what the container uses itself", () => {
  expect(findings(container(`${limit}Mi`), uses(needed))).toEqual([]);
  const [tight, ...others] = findings(container(`${limit}Mi`), uses(needed + 1));
  expect(others).toEqual([]);
  expect(tight).toMatchObject({ level: "note", write: expect.stringContaining(`memory: ${limit + 1}Mi`) as string });
  expect(tight!.text).toContain(`uses ${needed + 1} MiB of its memory limit of ${limit}Mi`);
  expect(tight!.text).toContain(`for java may take ${needed} MiB`);
});

test("the pod that uses most counts, and none that has the instrumentation already", () => {
  const pod = (name: string, wired: boolean): V1Pod => ({
    metadata: { name },
    spec: { containers: [], ...(wired && { initContainers: [{ name: "otel-agent" }] }) },
  });
  const both: Answer<ContainerUsage[]> = {
    state: "read",
    value: [10, limit].map((mib, at) => ({ pod: `pod-${at}`, container: "shop-api", memory: `${mib}Mi` })),
  };
  expect(findings(container(`${limit}Mi`), both, [pod("pod-0", false), pod("pod-1", false)])).toHaveLength(1);
  expect(findings(container(`${limit}Mi`), both, [pod("pod-0", false), pod("pod-1", true)])).toEqual([]);
});

test("a limit that the instrumentation alone would fill stops, whatever is known of the usage", () => {
  const [finding] = findings(container(`${needed}Mi`), { state: "missing" });
  expect(finding).toMatchObject({ level: "stop", write: expect.stringContaining("enabled: false") as string });
});

test.each<[Answer<ContainerUsage[]>, string]>([
  [{ state: "missing" }, "metrics-server"],
  [{ state: "unread", reason: "may not list" }, "may not list"],
  [{ state: "read", value: [] }, "no pod without instrumentation"],
])("what cannot be judged is said, and why: %j", (usage, text) => {
  const [finding, ...others] = findings(container(`${limit}Mi`), usage);
  expect(others).toEqual([]);
  expect(finding!.level).toBe("unread");
  expect(finding!.text).toContain(text);
});

test("a container without a limit has nothing that it could reach; a namespace may give it one", () => {
  expect(findings(container(undefined), { state: "missing" })).toEqual([]);
  const pod: V1Pod = { metadata: { name: "shop-api-1" }, spec: { containers: [container(`${limit}Mi`)] } };
  expect(findings(container(undefined), uses(limit), [pod])).toHaveLength(1);
});

test("a heap that may grow over what is left is said before it has grown", () => {
  const java = (size: string) => container(`${limit}Mi`, { args: ["java", `-Xmx${size}`, "-jar", "shop.jar"] });
  expect(findings(java(`${needed}m`), uses(1))).toEqual([]);
  const [finding] = findings(java(`${needed + 1}m`), uses(1));
  expect(finding!.text).toContain(`its heap grow to ${needed + 1} MiB`);
});

test.each<[Partial<V1Container>, number | undefined]>([
  [{ command: ["java", "-Xmx1g"] }, 1024],
  [{ args: ["-Xmx64M", "-Xmx256m"] }, 256],
  [{ env: [{ name: "JAVA_TOOL_OPTIONS", value: "-XX:MaxRAMPercentage=75.0" }] }, 300],
  [{ env: [{ name: "OTHER", value: "-Xmx1g" }] }, undefined],
  [{}, undefined],
])("the largest heap of %j, with 400 MiB", (of, mib) => expect(heapMib({ name: "x", ...of }, 400)).toBe(mib));
