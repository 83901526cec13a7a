import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ports } from "../../lib/names.ts";
import { Session } from "../../policies/core/session.ts";
import { settings } from "../../policies/core/settings.ts";
import { judgements } from "../../policies/judgements.ts";
import { resourcesOf } from "./resources.ts";

/** The day of the judgement: exceptions and certificates must not end a test that nobody changed. */
const today = new Date("2026-11-25");

test.each(["local", "dev", "prod"])(
  "the policies accept every resource of stack %s, and need each exception",
  (stack) => {
    const file = join(import.meta.dirname, "../../config/policies", `${stack}.json`);
    const given = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    const session = new Session(
      judgements.map(({ name }) => name),
      today,
    );
    session.configure(given["pack-settings"]);
    const resources = resourcesOf(stack);
    const refused = judgements.flatMap((judgement) =>
      [
        ...resources.flatMap((resource) =>
          session
            .judge(judgement, resource, given[judgement.name])
            .refused.map((finding) => ({ ...finding, resource })),
        ),
        ...session.judgeStack(judgement, resources, given[judgement.name]).refused,
      ].map(({ resource, path, message }) => `${judgement.name}: ${resource.name}: ${path}: ${message}`),
    );
    expect(refused).toEqual([]);
    expect(session.badExceptions()).toEqual([]);
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
