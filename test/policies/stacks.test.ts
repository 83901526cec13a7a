import { ports } from "../../lib/names.ts";
import { settings } from "../../policies/core/settings.ts";
import { configurationOf, refusals } from "./refusals.ts";
import { resourcesOf } from "./resources.ts";

const today = new Date("2026-11-25");

test.each(["local", "dev", "prod"])(
  "the policies accept every resource of stack %s, and need each exception",
  (stack) => {
    const resources = resourcesOf(stack);
    expect(refusals(resources, configurationOf(stack), today)).toEqual({ refused: [], badExceptions: [] });
    expect(resources.length).toBeGreaterThan(100);
  },
);

test("the pack, which knows nothing of this project, protects by default what only the proxy and the pipeline may reach", () => {
  const protectedPorts = settings.parse({}).ports.map(({ port }) => port);
  const { jaegerQuery, jaegerQueryGrpc, elasticsearch, otlpGrpc, otlpHttp } = ports;
  expect(protectedPorts).toEqual(
    expect.arrayContaining([jaegerQuery, jaegerQueryGrpc, elasticsearch, otlpGrpc, otlpHttp]),
  );
});
