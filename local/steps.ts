import { join } from "node:path";
import { readStack } from "../config/stack-file.ts";
import { adoptCluster, checkOwnCluster } from "./cluster/external.ts";
import { startCluster } from "./cluster/index.ts";
import { coreDnsImage, pauseImage, provisionerImage } from "./cluster/settings.ts";
import { runInForeground } from "./foreground.ts";
import { ensureImages, imageDefinitions } from "./images/index.ts";
import { readCredentials } from "./landscape/identity/credentials.ts";
import { deployLandscape } from "./landscape/index.ts";
import { deployPrometheus } from "./landscape/monitoring/deploy.ts";
import { driveOrders } from "./landscape/driver/index.ts";
import { repositoryDir, stateDir } from "./paths.ts";
import { preflight } from "./preflight.ts";
import {
  buildInBackground,
  clusterPackages,
  ensureDebianPackages,
  ensureParts,
  imagePackages,
  partIds,
} from "./toolchain/index.ts";
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
const clusterImages: readonly string[] = [pauseImage, coreDnsImage, provisionerImage];

/** Steps from nothing to traces of real orders. */
export function steps({ kubeconfig, signal }: StepOptions): Step[] {
  return [
    // Wrong settings end here, with nothing changed.
    { title: "Settings", run: () => Promise.resolve(void readStack("local")) },
    ...(kubeconfig === undefined ? ownCluster(signal) : externalCluster(kubeconfig, signal)),
    ...landscapeAndStack(signal),
  ];
}

/** A cluster on this machine, with the images in it. */
function ownCluster(signal: AbortSignal): Step[] {
  let background: BackgroundBuild;
  return [
    {
      title: "Machine",
      async run() {
        checkOwnCluster();
        await preflight({ cluster: true, parts: partIds });
      },
    },
    { title: "Debian packages", run: () => ensureDebianPackages([...clusterPackages, ...imagePackages]) },
    { title: "Parts of the cluster", run: () => ensureParts(clusterParts, { signal }) },
    {
      title: "Cluster",
      async run() {
        // The later parts are built while the cluster starts.
        background = buildInBackground(partIds, { signal });
        const images = () => ensureImages(clusterImages, { signal });
        await startCluster({ images, log: (line) => console.log(`  ${line}`) });
      },
    },
    { title: "The other parts", run: () => background.finished() },
    { title: "Images", run: () => ensureImages(undefined, { signal }) },
  ];
}

/** A cluster of the user's own. It has its own parts and images already. */
function externalCluster(kubeconfig: string, signal: AbortSignal): Step[] {
  const parts = partIds.filter((id) => !clusterParts.includes(id));
  const images = imageDefinitions()
    .map(({ name }) => name)
    .filter((name) => !clusterImages.includes(name));
  return [
    { title: "Machine", run: () => preflight({ cluster: false, parts }) },
    { title: "Your cluster", run: async () => console.log(`  ${await adoptCluster(kubeconfig)}`) },
    { title: "Debian packages", run: () => ensureDebianPackages(imagePackages) },
    { title: "Parts", run: () => ensureParts(parts, { signal }) },
    { title: "Images", run: () => ensureImages(images, { signal, target: "archive" }) },
  ];
}

/** From a running cluster to the proof; the same wherever it runs. */
function landscapeAndStack(signal: AbortSignal): Step[] {
  let ordersFrom: Date;
  const run = (command: string, ...args: string[]) => runInForeground(command, args, signal);
  const node = (file: string, ...args: string[]) => run(process.execPath, join(repositoryDir, file), ...args);
  return [
    { title: "The company without tracing", run: () => deployLandscape(signal) },
    {
      title: "First secrets",
      run: async () => {
        const main = join(repositoryDir, "bootstrap/main.ts");
        // It is asked for once; what stands in Vault by then stays.
        const { clientSecret } = await readCredentials();
        const input = `${clientSecret}\n`;
        await runInForeground(process.execPath, [main, "--stack", "local"], signal, { person: "bootstrap", input });
      },
    },
    {
      title: "The deployer may read all that it has to look at",
      run: () => node("review/check/main.ts", "--stack", "local", "--strict"),
    },
    {
      title: "pulumi up",
      run: async () => {
        await run("pulumi", "stack", "select", "--create", "local");
        await run("pulumi", "up", "--stack", "local", "--yes", "--skip-preview", "--suppress-outputs");
      },
    },
    {
      title: "The company's Prometheus reads it",
      run: async () => {
        const folder = join(stateDir, "monitoring");
        await node("monitoring/main.ts", "--stack", "local", "--output", folder);
        await deployPrometheus(folder, { signal });
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
        await driveOrders({ signal });
      },
    },
    {
      title: "Proof",
      // Of these orders: what earlier runs left in the store proves nothing.
      run: () => node("verify/main.ts", "--stack", "local", "--since", ordersFrom.toISOString(), "--wait", "120s"),
    },
  ];
}
