import { runCommand } from "../../support/run-command.ts";

test.each([
  [[], "--stack"],
  [["--stack", "no-such-stack"], "Pulumi.no-such-stack.yaml"],
])("%j cannot ask: exit code 2", (args, text) => {
  const { status, stderr } = runCommand("review/check/main.ts", ...args);
  expect(stderr).toContain(text);
  expect(status).toBe(2);
});
