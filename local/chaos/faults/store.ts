import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { storeNames } from "../../../components/elasticsearch/names.ts";
import { readStack } from "../../../config/stack-file.ts";
import type { ElasticsearchClient } from "../../../lib/elasticsearch/client.ts";
import { demand, openAsEngine } from "../../landscape/vault/engine-account.ts";
import { hold, type Live } from "./live.ts";

const { name: stack, settings } = readStack("local");
const names = storeNames({ stack, settings });

/** The store refuses what a group writes, by a block on its indices: 403 for each document, and the request succeeds. */
export async function refused(live: Live, group: string): Promise<void> {
  const block = (on: boolean) =>
    ask(live, "PUT", `${names.indices(group, "span")}-*/_settings`, { "index.blocks.write": on ? true : null });
  await block(true);
  live.progress(`Elasticsearch refuses what ${group} writes`);
  try {
    await hold(live);
  } finally {
    await block(false);
    live.progress(`Elasticsearch takes what ${group} writes`);
  }
}

/** Elasticsearch takes such a block away by itself when it sees that its disk has room: so often it is laid on again, ms. */
const againMs = 5_000;

/** The store's disk is at its flood stage, as it looks to who writes: 429 for each document, and the request succeeds. */
export async function full(live: Live, group: string): Promise<void> {
  const block = (on: boolean) =>
    ask(live, "PUT", `${names.indices(group, "span")}-*/_settings`, {
      "index.blocks.read_only_allow_delete": on ? true : null,
    });
  const over = new AbortController();
  const laid = (async () => {
    while (!over.signal.aborted) {
      await block(true);
      await sleep(againMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  live.progress(`Elasticsearch has no room for what ${group} writes`);
  try {
    await Promise.race([hold(live), laid]);
  } finally {
    over.abort();
    await laid.finally(() => block(false));
    live.progress("Elasticsearch has room again");
  }
}

const aliased = z.record(z.string(), z.object({ aliases: z.record(z.string(), z.object({}).loose()) }));

/** The alias by which a group writes is gone: 403 for each document, since nobody who writes may make an index. */
export async function withoutAlias(live: Live, group: string): Promise<void> {
  const alias = names.writeAlias(group, "span");
  const before = aliased.parse(await ask(live, "GET", `_alias/${alias}`));
  const change = (action: "add" | "remove") => {
    const actions = Object.entries(before).map(([index, { aliases }]) => {
      return { [action]: { index, alias, ...(action === "add" && aliases[alias]) } };
    });
    return ask(live, "POST", "_aliases", { actions });
  };
  await change("remove");
  live.progress(`${alias} is gone`);
  try {
    await hold(live);
  } finally {
    await change("add");
    live.progress(`${alias} is back`);
  }
}

/** Asks as the engine, also when the run was ended: what a fault has done is undone. */
async function ask({ kubernetes }: Live, ...[method, path, body]: Parameters<ElasticsearchClient["send"]>) {
  await using engine = await openAsEngine(kubernetes);
  return await demand(engine, method, `/${path}`, body);
}
