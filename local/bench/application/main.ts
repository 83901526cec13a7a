/**
 * Measures back ends, in namespaces of its own that {@link file://./isolated.ts} has made: whatever it starts and mounts goes with
 * them. Its one argument is a file that says what to do; what it has seen is written beside it.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readStack } from "../../../config/stack-file.ts";
import { stopCollectors } from "../../checks/collector/process.ts";
import { applications } from "../../landscape/applications.ts";
import { stores } from "../../landscape/stores.ts";
import { newSecrets, startStore } from "./company.ts";
import { startGatewayStandIn } from "./gateway.ts";
import { resultFile, type Order, type Result } from "./isolated.ts";
import { measureInTurns } from "./measure.ts";
import { applicationOf } from "./patch.ts";
import { openPlace } from "./pod.ts";
import type { Program } from "./program.ts";
import { rootsIn } from "./root.ts";
import { storesOf, subjects } from "./subjects.ts";

process.once("uncaughtException", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});

const file = process.argv[2]!;
const { images, turns, load } = JSON.parse(await readFile(file, "utf8")) as Order;
const stack = readStack("local");
process.stdin.once("end", () => process.exit(1)).resume();
// Who ends this process, ends its namespaces: there is nothing to interrupt.
const { signal } = new AbortController();

const gateway = await startGatewayStandIn(stack.settings.cluster.namespace);
const hosts = {
  localhost: "127.0.0.1",
  [gateway.host]: gateway.address,
  ...Object.fromEntries(
    [...stores, ...applications].map(({ name, namespace }) => [`${name}.${namespace}.svc`, "127.0.0.1"]),
  ),
};

const results: Result[] = [];
for (const subject of subjects) {
  const { runtime, service: id } = subject;
  const progress = (message: string) => process.stderr.write(`${id} (${runtime}): ${message}\n`);
  const folder = join(dirname(file), runtime);
  await mkdir(folder);
  const roots = rootsIn(folder, hosts);
  const secrets = newSecrets();
  const running: Program[] = [];
  for (const store of storesOf(subject)) {
    progress(`${store.name} starts`);
    running.push(await startStore(store, { images, roots, secrets, signal }));
  }
  const service = stack.landscape.services.find((one) => one.id === id)!;
  const place = await openPlace(service, { folder, images, roots, secrets, stack, ca: gateway.ca, signal });
  const measured = await measureInTurns(
    {
      ...{ place, service, port: applicationOf(id).port, progress, signal },
      steps: (ask) => subject.steps(ask, { secrets, root: place.root }),
      spans: gateway.spans,
    },
    turns,
    load,
  );
  results.push({ runtime, service: id, turns: measured });
  for (const one of running.reverse()) await one.stop();
}
await writeFile(join(dirname(file), resultFile), JSON.stringify(results));
await stopCollectors();
process.exit(0);
