import * as pulumi from "@pulumi/pulumi";
import { report } from "../../../review/rollout/report.ts";
import { context } from "../../support/context.ts";

const [service] = context.landscape.services;

beforeEach(() =>
  pulumi.runtime.setMocks(
    { newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) },
    "order-tracing",
    "test",
  ),
);

afterEach(() => {
  process.exitCode = undefined;
  jest.restoreAllMocks();
});

test("a patch that was taken back makes the run end with an error, and the engine does not say it twice", async () => {
  const error = jest.spyOn(pulumi.log, "error").mockResolvedValue();
  await report(service!, { state: "taken back", reason: "container crm-api ended 2 times" });
  expect(error).toHaveBeenCalledWith(expect.stringContaining("why:     container crm-api ended 2 times"));
  expect(process.exitCode).toBe(32);
});

test.each(["held", "not known"] as const)("one that is %s is a warning", async (state) => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  await report(service!, { state, reason: "paused" });
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("paused"));
  expect(process.exitCode).toBeUndefined();
});
