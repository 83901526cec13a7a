import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { kubeconfig } from "../paths.ts";
import { binary } from "../toolchain/index.ts";
import * as login from "../landscape/identity/settings.ts";
import { coreDnsImage, domain, provisionerImage } from "./settings.ts";

/** Runs kubectl against the local cluster and returns its output. */
export async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await execa(binary("kubectl"), ["--kubeconfig", kubeconfig, ...args]);
  return stdout;
}

/** Stand in the manifests by name: versions of the images are those of the Go modules, names are the company's. */
const values: Readonly<Record<string, string>> = {
  coreDnsImage,
  provisionerImage,
  loginHost: login.host,
  loginService: `${login.name}.${login.namespace}.svc.${domain}`,
};

/** A file of `manifests/`, with its values filled in. */
async function manifest(name: string): Promise<string> {
  const text = await readFile(join(import.meta.dirname, "manifests", `${name}.yaml`), "utf8");
  return text.replaceAll(/\$\{(\w+)\}/g, (variable, key: string) => values[key] ?? variable);
}

/** Applies a file of `manifests/`. */
export async function applyManifest(name: string): Promise<void> {
  const flags = ["--server-side", "--force-conflicts", "--field-manager=order-tracing-local"];
  const input = await manifest(name);
  await execa(binary("kubectl"), ["--kubeconfig", kubeconfig, "apply", ...flags, "-f", "-"], { input });
}
