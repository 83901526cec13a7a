/**
 * A whole `up` of the local stack in which the instrumentation of crm-api ends its virtual machine, and shop-api, which
 * stops before it starts again (`Recreate`), gets another patch: crm-api has to run as before, the others to be traced, and
 * `up` to say it and to fail at its end. The next `up`, with the instrumentation mended, wires crm-api again.
 */
import { setHeaderOptions, PatchStrategy } from "@kubernetes/client-node";
import { execa } from "execa";
import { readStack } from "../../config/stack-file.ts";
import { ensureImages } from "../images/index.ts";
import { brokenJava } from "../images/definitions/instrumentation.ts";
import { driveOrders } from "../landscape/driver/index.ts";
import { connect } from "../landscape/kubernetes/client.ts";
import { repositoryDir } from "../paths.ts";
import { engine } from "../engine.ts";
import { withServices } from "./broken/settings.ts";
import { watching } from "./broken/watch.ts";
import { attempt, print, type Finding } from "./findings.ts";

const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => interrupted.abort());
const { signal } = interrupted;

const kubernetes = connect();
const { landscape } = readStack("local");
const serviceOf = (id: string) => landscape.services.find((one) => one.id === id)!;
const [crm, shop] = [serviceOf("crm-api"), serviceOf("shop-api")];
const up = ["up", "--yes", "--skip-preview"];

interface Wired {
  wired: boolean;
  revision: number;
}

async function look({ namespace, deployment: name }: typeof crm): Promise<Wired> {
  const { metadata, spec } = await kubernetes.apps.readNamespacedDeployment({ name, namespace });
  const containers = spec?.template.spec?.initContainers ?? [];
  const revision = Number(metadata?.annotations?.["deployment.kubernetes.io/revision"]);
  return { wired: containers.some(({ name }) => name === "otel-agent"), revision };
}

async function strategy(value: object): Promise<void> {
  const { namespace, deployment: name } = shop;
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await kubernetes.apps.patchNamespacedDeployment({ name, namespace, body: { spec: { strategy: value } } }, merge);
}

interface Proof {
  edges: { id: string; state: string }[];
}

/** Edges of the back ends that are still wired, by new orders. */
async function edgesSeen(): Promise<string[]> {
  const from = new Date();
  await driveOrders({ signal, count: 6 });
  const { stdout } = await execa(
    process.execPath,
    ["verify/main.ts", "--stack", "local", "--since", from.toISOString(), "--wait", "60s", "--json"],
    { cwd: repositoryDir, reject: false, cancelSignal: signal },
  );
  return (JSON.parse(stdout) as Proof).edges.filter(({ state }) => state === "seen").map(({ id }) => id);
}

async function broken(): Promise<Finding[]> {
  const before = { crm: await look(crm), shop: await look(shop) };
  const services = { "crm-api": { instrumentationImage: brokenJava }, "shop-api": { temporaryFolder: true } };
  const { result, seen } = await watching(kubernetes, crm, () => withServices(services, () => engine(up, signal)));
  const after = { crm: await look(crm), shop: await look(shop) };
  const why = /crm-api: its pods did not start[^]*?why: [^\n]*/.exec(result.output)?.[0] ?? "nothing of it";
  return [
    await attempt("up, one instrumentation broken", "-", "an error at the end, with the reason", () =>
      Promise.resolve({
        found: `exit code ${result.exitCode}; ${why}`,
        good:
          result.exitCode !== 0 &&
          /runs as before[^]*container crm-api ended \d+ times, last with exit code 1 .*its log says why/.test(why),
      }),
    ),
    await attempt("crm-api meanwhile", "-", "there all the time, and not wired", () =>
      Promise.resolve({
        found: `away in ${seen.away} of ${seen.looks} looks, wired before: ${before.crm.wired}, after: ${after.crm.wired}`,
        good: seen.looks > 10 && seen.away === 0 && before.crm.wired && !after.crm.wired,
      }),
    ),
    await attempt("shop-api, Recreate, another patch", "-", "wired, one rollout", () => {
      const rollouts = after.shop.revision - before.shop.revision;
      return Promise.resolve({
        found: `wired: ${after.shop.wired}, ${rollouts} rollout(s)`,
        good: after.shop.wired && rollouts === 1,
      });
    }),
    await attempt("orders, without crm-api's spans", "-", "edges of shop-api and mes-api", async () => {
      const edges = await edgesSeen();
      const wanted = ["internet-shop -> shop-api", "shop-api -> shop-db", "mes-api -> mes-db"];
      return { found: edges.join(", "), good: wanted.every((edge) => edges.includes(edge)) };
    }),
  ];
}

async function mended(): Promise<Finding[]> {
  const before = await look(shop);
  const { exitCode } = await engine(up, signal);
  const preview = await engine(["preview", "--expect-no-changes"], signal);
  const [one, other] = [await look(crm), await look(shop)];
  return [
    await attempt("the next up, mended", "-", "crm-api is wired, shop-api in one rollout", () =>
      Promise.resolve({
        found: `exit code ${exitCode}, wired: ${one.wired} and ${other.wired}, ${other.revision - before.revision} rollout(s) of shop-api`,
        good: exitCode === 0 && one.wired && other.wired && other.revision - before.revision === 1,
      }),
    ),
    await attempt("the preview after it", "-", "nothing to change", () =>
      Promise.resolve({ found: `exit code ${preview.exitCode}`, good: preview.exitCode === 0 }),
    ),
  ];
}

let good = false;
try {
  await ensureImages([brokenJava], { signal });
  await strategy({ type: "Recreate", rollingUpdate: null });
  good = print([...(await broken()), ...(await mended())]);
} catch (error) {
  if (!signal.aborted) console.error(error instanceof Error ? error.message : error);
} finally {
  await strategy({ type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
}
process.exit(signal.aborted ? 130 : good ? 0 : 1);
