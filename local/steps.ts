import { join } from "node:path";
import { execa } from "execa";
import { readStackSettings } from "../config/stack-file.ts";
import { checkExternalCluster } from "./cluster/external.ts";
import { startCluster } from "./cluster/index.ts";
import { coreDnsImage, pauseImage, provisionerImage } from "./cluster/settings.ts";
import { deployLandscape } from "./landscape/index.ts";
import { ensureImages } from "./images/index.ts";
import { driveOrders } from "./landscape/driver/index.ts";
import { repositoryDir } from "./paths.ts";
import { preflight } from "./preflight.ts";
import { pulumiEnvironment } from "./pulumi.ts";
import { buildInBackground, ensureDebianPackages, ensureParts, partIds } from "./toolchain/index.ts";
import type { BackgroundBuild, PartId } from "./toolchain/index.ts";

/** A step of `npm run local`. Done twice, it changes nothing the second time. */
export interface Step {
  readonly title: string;
  readonly run: () => Promise<void>;
}

/** What the steps are told. */
export interface StepOptions {
  /** A cluster of the user's own. Default: one is run on this machine. */
  readonly kubeconfig?: string;
  readonly signal: AbortSignal;
}

const clusterParts: readonly PartId[] = ["etcd", "kubernetes", "kube-router", "coredns"];

/** Steps from nothing to traces of real orders. */
export function steps({ kubeconfig, signal }: StepOptions): Step[] {
  let background: BackgroundBuild;
  let ordersFrom: Date;
  const run = async (command: string, ...args: string[]) =>
    runInForeground(command, args, await pulumiEnvironment(), signal);
  const node = (file: string, ...args: string[]) => run(process.execPath, join(repositoryDir, file), ...args);

  const ownCluster: Step[] = [
    { title: "Machine", run: preflight },
    { title: "Debian packages", run: ensureDebianPackages },
    { title: "Parts of the cluster", run: () => ensureParts(clusterParts, { signal }) },
    {
      title: "Cluster",
      run: async () => {
        // The later parts are built while the cluster starts.
        background = buildInBackground(partIds, { signal });
        const images = () => ensureImages([pauseImage, coreDnsImage, provisionerImage]);
        await startCluster({ images, log: (line) => console.log(`  ${line}`) });
      },
    },
  ];
  const othersCluster: Step[] = [
    {
      title: "Your cluster",
      run: async () => {
        console.log(`  ${await checkExternalCluster(kubeconfig!)}`);
        background = buildInBackground(partIds, { signal });
      },
    },
  ];
  return [
    // Wrong settings end here, with nothing changed.
    { title: "Settings", run: () => Promise.resolve(void readStackSettings("local")) },
    ...(kubeconfig === undefined ? ownCluster : othersCluster),
    { title: "The other parts", run: () => background.finished() },
    {
      title: "Images",
      run: () => ensureImages(undefined, { signal, target: kubeconfig === undefined ? "import" : "archive" }),
    },
    { title: "The company without tracing", run: () => deployLandscape({ kubeconfig, signal }) },
    { title: "First secrets", run: () => node("bootstrap/main.ts", "--stack", "local") },
    {
      title: "pulumi up",
      run: async () => {
        await run("pulumi", "stack", "select", "--create", "local");
        await run("pulumi", "up", "--stack", "local", "--yes", "--skip-preview", "--suppress-outputs");
      },
    },
    {
      title: "pulumi preview: nothing is left to change",
      run: () => run("pulumi", "preview", "--stack", "local", "--expect-no-changes", "--suppress-outputs"),
    },
    {
      title: "Orders",
      run: async () => {
        ordersFrom = new Date();
        await driveOrders({ kubeconfig, signal });
      },
    },
    {
      title: "Proof",
      // Of these orders: what earlier runs left in the store proves nothing.
      run: () => node("verify/main.ts", "--stack", "local", "--since", ordersFrom.toISOString(), "--wait", "120s"),
    },
  ];
}

/**
 * Runs a command that shares this terminal. It is in a process group of its own, so that Ctrl-C reaches it once: the
 * second one makes Pulumi drop what it is doing.
 */
async function runInForeground(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cancelSignal: AbortSignal,
): Promise<void> {
  await execa(command, args, {
    cwd: repositoryDir,
    env,
    extendEnv: false,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
    detached: true,
    cancelSignal,
    killSignal: "SIGINT",
    forceKillAfterDelay: 120_000,
  });
}
