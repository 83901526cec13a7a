import { execa } from "execa";
import { Listr, PRESET_TIMER } from "listr2";

/** What a cluster on this machine needs of the distribution. */
export const clusterPackages = [
  "containerd",
  "runc",
  "containernetworking-plugins",
  "iptables",
  "ipset",
  "conntrack",
  "iproute2",
] as const;

/** What the images need of it. */
export const imagePackages = ["mmdebstrap"] as const;

/** The same, where the machine has no such program of its own. */
const substitutes = { mvn: "maven", javac: "default-jdk-headless" } as const;

/**
 * Installs the Debian packages that are missing, after one `apt-get update`. The distribution's containerd service is not
 * started: the cluster runs its own, with its own folders.
 *
 * @throws when packages are missing and this is no Debian or the user is not root, or when apt fails, with its output.
 */
export async function ensureDebianPackages(names: readonly string[]): Promise<void> {
  const missing = [...(await missingPackages(names)), ...(await missingSubstitutes())];
  if (missing.length === 0) return;
  const list = missing.join(" ");
  if ((await execa("apt-get", ["--version"], { reject: false })).failed) {
    throw new Error(
      `These packages are needed and there is no apt-get to install them: ${list}. Use Debian 12 or a derivative.`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new Error(`These packages are needed: ${list}. Run \`sudo apt-get install ${list}\`, or run this as root.`);
  }
  const apt = async (...args: string[]): Promise<void> => {
    const result = await execa("apt-get", args, {
      env: { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
      reject: false,
      all: true,
    });
    if (result.failed) throw new Error(`${result.shortMessage}\n${result.all.split("\n").slice(-15).join("\n")}`);
  };
  await new Listr(
    [
      {
        title: `Debian packages: ${list}`,
        task: async () => {
          await apt("update");
          await apt("install", "--yes", "--no-install-recommends", ...missing);
        },
      },
    ],
    { fallbackRenderer: "simple", rendererOptions: { timer: PRESET_TIMER }, registerSignalListeners: false },
  ).run();
}

async function missingPackages(names: readonly string[]): Promise<string[]> {
  // It exits with 1 when any is unknown, and with ENOENT where there is no dpkg: either way, what it does not list is missing.
  const { stdout } = await execa("dpkg-query", ["--show", "--showformat=${Package} ${db:Status-Status}\\n", ...names], {
    reject: false,
  });
  const installed = new Set(stdout?.split("\n") ?? []);
  return names.filter((name) => !installed.has(`${name} installed`));
}

async function missingSubstitutes(): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(substitutes).map(async ([program, name]) =>
      (await execa(program, ["-version"], { reject: false })).code === "ENOENT" ? [name] : [],
    ),
  );
  return found.flat();
}
