import { parseArguments } from "../../support/order/arguments.ts";
import { readArguments, runCommand } from "../support/run-command.ts";
import { order } from "../support/spans.ts";

test.each([
  [[order], "--stack"],
  [["--stack", "local"], "give the id of an order, or --stuck"],
  [["--stack", "local", order, "--stuck"], "give the id of an order, or --stuck"],
  // It would find every order.
  [["--stack", "local", ".*"], '".*" is no id of an order'],
])("%j cannot ask: exit code 2", async (args, text) => {
  expect(await readArguments(parseArguments, ...args)).toEqual({
    status: 2,
    stderr: expect.stringContaining(text) as string,
  });
});

test("a view that the stack does not have cannot be asked: exit code 2", () => {
  const { status, stderr } = runCommand("support/order/main.ts", "--stack", "local", order, "--view", "billing");
  expect(stderr).toContain("There is no view billing. Views are shop, crm, mes, all.");
  expect(status).toBe(2);
});
