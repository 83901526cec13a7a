import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { exitCodes, runCommand as runInProcess } from "../../lib/command-line.ts";

interface Ended {
  status: number;
  stderr: string;
}

/**
 * Runs a command of the project without a cluster, in a process of its own: that takes a second.
 *
 * @param script its entry point, from the project's root.
 */
export function runCommand(script: string, ...args: string[]): Ended {
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

/** As a command ends that only reads its arguments. */
export async function readArguments(parse: (argv: readonly string[]) => unknown, ...args: string[]): Promise<Ended> {
  const stderr: string[] = [];
  const write = jest.spyOn(process.stderr, "write").mockImplementation((text) => stderr.push(String(text)) > 0);
  try {
    const status = await runInProcess(() =>
      Promise.resolve(args)
        .then(parse)
        .then(() => exitCodes.ok),
    );
    return { status, stderr: stderr.join("") };
  } finally {
    write.mockRestore();
  }
}
