/**
 * Builds the kinds of workload that companies have, one in a namespace, and asks the check about each: where it finds
 * nothing, the very patch is applied and must work; where it stops, so must it with the way out that it names.
 */
import { Command } from "commander";
import { judgeNamespace } from "../../review/check/cluster.ts";
import { readNamespace } from "../../review/check/read.ts";
import { connect, type Kubernetes } from "../landscape/kubernetes/client.ts";
import { attempt, print, type Finding } from "./findings.ts";
import { cases } from "./fields/cases.ts";
import { asDeployer } from "./fields/deployer.ts";
import { nameOf } from "./fields/names.ts";
import { build, clear, leave } from "./fields/site.ts";
import { tryCase } from "./fields/try.ts";

/** Cases at a time: each is a rollout, on the cores of one machine. */
const together = 6;
/** Milliseconds for all of them. */
const longest = 20 * 60_000;

const only = new Command("fields")
  .description("Tries the check, and the very patch, on kinds of workload in namespaces made for them.")
  .argument("[case...]", `cases to try: ${cases.map(({ id }) => id).join(", ")}. Default: all`)
  .parse().args;
const unknown = only.filter((id) => !cases.some((one) => one.id === id));
if (unknown.length > 0) {
  console.error(`There is no case ${unknown.join(", ")}: see npm run local:fields -- --help`);
  process.exit(2);
}
const chosen = only.length === 0 ? cases : cases.filter(({ id }) => only.includes(id));

const interrupted = new AbortController();
// Not `once`: npm hands on what the terminal has sent already, and the second one would end the process before it cleans up.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interrupted.abort());
const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(longest)]);

/** A namespace of somebody's, under the name that a stack wants. */
function foreignNamespace({ config }: Kubernetes): Promise<Finding> {
  const name = nameOf(chosen[0]!);
  return attempt("17: the stack's namespace is somebody's", "check", "refused", async () => {
    const { findings } = judgeNamespace({ own: await readNamespace(config, name) }, name, "local");
    const texts = findings.filter(({ level }) => level === "stop").map(({ text }) => text);
    return { found: texts.join("; "), good: texts.some((text) => text.includes("somebody else's")) };
  });
}

async function tryAll(kubernetes: Kubernetes): Promise<Finding[]> {
  const found = new Map<string, Finding[]>();
  const left = [...chosen];
  const deployer = asDeployer(kubernetes);
  const work = async () => {
    for (let one = left.shift(); one; one = left.shift()) {
      signal.throwIfAborted();
      console.error(`  ${one.id}: ${one.title}`);
      await build(kubernetes, one);
      const findings = await tryCase({ company: kubernetes, deployer }, one, signal);
      // All cases together ask for more than the machine has. The first one's namespace is looked at once more.
      if (one !== chosen[0]) await leave(kubernetes, nameOf(one));
      found.set(one.id, findings);
      for (const { what, found: seen, good } of findings)
        console.error(`  ${good ? "ok" : "SURPRISE"}: ${what}: ${seen}`);
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  return [...chosen.flatMap(({ id }) => found.get(id) ?? []), await foreignNamespace(kubernetes)];
}

let good = false;
const kubernetes = connect();
try {
  await clear(kubernetes);
  good = print(await tryAll(kubernetes));
} catch (error) {
  if (!interrupted.signal.aborted) console.error(error instanceof Error ? error.message : error);
} finally {
  console.error("  removing the namespaces");
  await clear(kubernetes);
}
process.exit(interrupted.signal.aborted ? 130 : good ? 0 : 1);
