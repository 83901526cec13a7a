import { join } from "node:path";
import { execa } from "execa";
import { kubeconfig } from "../paths.ts";
import { binary } from "../toolchain/index.ts";

/** Runs kubectl against the local cluster and returns its output. */
export async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await execa(binary("kubectl"), ["--kubeconfig", kubeconfig, ...args]);
  return stdout;
}

/** Applies a file of `manifests/`. */
export async function applyManifest(name: string): Promise<void> {
  const file = join(import.meta.dirname, "manifests", `${name}.yaml`);
  await kubectl("apply", "--server-side", "--force-conflicts", "--field-manager=order-tracing-local", "-f", file);
}
