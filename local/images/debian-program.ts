import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { stored } from "./store.ts";

/** The distribution's package of Prometheus, with the program and its tool. */
const packageName = "prometheus";

/**
 * Path of a program of Debian's Prometheus package. It is unpacked into the cache, not installed: a service that starts by
 * itself is nothing that this environment may leave on a machine.
 *
 * @throws if the machine's distribution has no such package.
 */
export async function prometheusProgram(name: "prometheus" | "promtool", signal?: AbortSignal): Promise<string> {
  const policy = await execa("apt-cache", ["policy", packageName], { reject: false });
  const version = /Candidate: (\S+)/.exec(policy.stdout ?? "")?.[1];
  if (version === undefined || version === "(none)") {
    throw new Error(
      `apt knows no package ${packageName}, which ${name} comes from. Run \`apt-get update\` on Debian 12 or a derivative.`,
    );
  }
  const directory = await stored(
    `debian-${packageName}-${version.replaceAll(/[^\w.-]/g, "_")}`,
    async (staging) => {
      // apt's own user cannot write into the cache.
      const scratch = await mkdtemp(join(tmpdir(), "package-"));
      try {
        const options = { cwd: scratch, ...(signal && { cancelSignal: signal }) };
        await execa("apt-get", ["download", `${packageName}=${version}`], options);
        const [file] = await readdir(scratch);
        await execa("dpkg-deb", ["--extract", join(scratch, file!), staging], options);
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
    signal,
  );
  return join(directory, "usr/bin", name);
}
