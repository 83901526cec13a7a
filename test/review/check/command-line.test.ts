import { execFileSync } from "node:child_process";
import { join } from "node:path";

const run = (...args: string[]) => {
  try {
    execFileSync(process.execPath, [join(import.meta.dirname, "../../../review/check/main.ts"), ...args], {
      stdio: "pipe",
      env: { ...process.env, KUBECONFIG: "/dev/null" },
    });
    return { status: 0, stderr: "" };
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: Buffer };
    return { status, stderr: stderr.toString() };
  }
};

test.each([
  [[], "--stack"],
  [["--stack", "no-such-stack"], "Pulumi.no-such-stack.yaml"],
])("%j cannot ask: exit code 2", (args, text) => {
  const { status, stderr } = run(...args);
  expect(stderr).toContain(text);
  expect(status).toBe(2);
});
