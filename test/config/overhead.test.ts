import { runtimes } from "../../config/model.ts";
import { agentMemoryMib, overhead, type Overhead } from "../../config/overhead.ts";
import { sizes } from "../../config/settings/sizes.ts";

test.each(runtimes)("a weak service's budget of %s is in nothing larger, and smaller where the agent is", (runtime) => {
  const { normal, weak } = overhead[runtime];
  for (const cost of Object.keys(normal) as (keyof Overhead)[]) expect(weak[cost]).toBeLessThanOrEqual(normal[cost]);
  expect(weak.agentCpuMs).toBeLessThan(normal.agentCpuMs);
  expect(weak.memoryMib).toBeLessThan(normal.memoryMib);
});

test("the agent's memory is its container's limit: a weak one's is never the larger", () => {
  const { agent } = sizes.parse({});
  expect(agentMemoryMib("normal", agent)).toBe(agent.memoryMib);
  expect(agentMemoryMib("weak", agent)).toBeLessThan(agent.memoryMib);
  expect(agentMemoryMib("weak", { ...agent, memoryMib: 32 })).toBe(32);
});

test("an agent at its share of the budget stays within the CPU that it asks for, at a hundred requests a second", () => {
  const { cpu } = sizes.parse({}).agent;
  for (const runtime of runtimes) expect(overhead[runtime].normal.agentCpuMs * 100).toBeLessThanOrEqual(parseInt(cpu));
});
