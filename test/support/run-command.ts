import { execFileSync } from "node:child_process";
import { join } from "node:path";

/**
 * Runs a command of the project without a cluster.
 *
 * @param script its entry point, from the project's root.
 */
export function runCommand(script: string, ...args: string[]): { status: number; stderr: string } {
  try {
    execFileSync(process.execPath, [join(import.meta.dirname, "../..", script), ...args], {
      stdio: "pipe",
      env: { ...process.env, KUBECONFIG: "/dev/null" },
    });
    return { status: 0, stderr: "" };
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: Buffer };
    return { status, stderr: stderr.toString() };
  }
}
