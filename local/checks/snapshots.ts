/**
 * Tries what the guide on snapshots says, with the real Elasticsearch on the loopback, its own tool for keystores, and the rights
 * of the plan: a snapshot, the loss of the store, and traces that are found again in an empty one, where writing goes on. Needs no
 * cluster. The local distribution has neither the module for S3 nor policies of snapshots: a folder stands for the bucket, and
 * what is sent to S3 is not tried.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeStart, snapshotPlan } from "../../components/elasticsearch/snapshots.ts";
import { storePlan, type SeriesPlan } from "../../components/elasticsearch/store-plan.ts";
import { ensureWriteIndex } from "../../components/elasticsearch/write-index.ts";
import { readStack } from "../../config/stack-file.ts";
import { AskError } from "../../lib/ask-error.ts";
import type { ElasticsearchClient } from "../../lib/elasticsearch/client.ts";
import { tryCases, type CollectorCase } from "./collector/cases.ts";
import { withoutFiles } from "./context.ts";
import { makeTemplates, runsAs, startStore, type StoreServer } from "./store/server.ts";

const stack = readStack("local");
const { elasticsearch } = stack.settings;
if (elasticsearch.mode !== "managed") throw new Error("The local stack has an Elasticsearch of its own.");
const snapshots = {
  ...{ bucket: "company-snapshots", region: "eu-central-1", schedule: "0 30 1 * * ?", keepDays: 7 },
  serverSideEncryption: true,
};
const context = withoutFiles({
  ...stack,
  settings: { ...stack.settings, elasticsearch: { ...elasticsearch, snapshots } },
});
const plan = snapshotPlan(context)!;
const { series } = storePlan(context);
const spans = series.find(({ name }) => name.endsWith("-span"))!;
const documents = 5_000;
const bucket = join("snapshots", "bucket");

type Send = Parameters<ElasticsearchClient["send"]>;

async function ask(client: ElasticsearchClient, ...request: Send): Promise<unknown> {
  const { status, document, reason } = await client.send(...request);
  if (status >= 400) throw new AskError(`${request[0]} ${request[1]}: ${status} ${reason}`);
  return document;
}

const count = async (client: ElasticsearchClient, index: string): Promise<number> =>
  ((await ask(client, "GET", `/${index}/_count`)) as { count: number }).count;

async function fill(client: ElasticsearchClient, alias: string): Promise<void> {
  const lines = Array.from({ length: documents }, () => {
    const span = { traceID: randomBytes(16).toString("hex"), spanID: randomBytes(8).toString("hex"), duration: 1 };
    return `{"create":{}}\n${JSON.stringify({ ...span, startTimeMillis: Date.now() })}\n`;
  });
  const { status, document } = await client.sendLines(`/${alias}/_bulk?refresh=true`, lines.join(""));
  if (status !== 200 || (document as { errors: boolean }).errors) throw new AskError("Elasticsearch refused spans.");
}

/** As the program does it: by the engine's user, with no other right. */
async function setUp(store: StoreServer): Promise<void> {
  await makeTemplates(store.client("admin"), series);
  for (const one of series) await ensureWriteIndex(store.client("provisioner"), one);
}

/** The repository's own settings are those of S3; a folder takes its place. */
const register = (client: ElasticsearchClient, readonly: boolean) =>
  ask(client, "PUT", `/_snapshot/${plan.repository.name}?verify=${!readonly}`, {
    type: "fs",
    settings: { location: bucket, readonly },
  });

const snapshotPath = `/_snapshot/${plan.repository.name}/one`;

const cases: readonly CollectorCase<[StoreServer]>[] = [
  {
    title: "the key of the S3 store gets from its file into the keystore, and again after a restart",
    run({ folder }) {
      const home = join(folder, "home");
      const key = { access_key: "AKIAEXAMPLE", secret_key: 'a "secret" $HOME \\ with/all+of=it' };
      writeFileSync(join(home, "config/s3-key"), `${Object.values(key).join("\n")}\n`);
      const env = {
        ...process.env,
        ES_JAVA_HOME: "/usr/lib/jvm/java-17-openjdk-amd64",
        ES_TMPDIR: join(folder, "tmp"),
      };
      const shell = (script: string) =>
        execFileSync("/bin/sh", ["-c", script], {
          env,
          ...runsAs,
          encoding: "utf8",
          stdio: ["ignore", "pipe", "pipe"],
        });
      const faults: string[] = [];
      for (let times = 0; times < 2; times++) {
        shell(`${beforeStart(context.settings, home)}true`);
        for (const [name, value] of Object.entries(key)) {
          const kept = shell(`${home}/bin/elasticsearch-keystore show s3.client.default.${name}`).trimEnd();
          if (kept !== value) faults.push(`${name} is ${kept}`);
        }
      }
      // The node that runs has no module that knows these settings.
      rmSync(join(home, "config/elasticsearch.keystore"));
      return Promise.resolve(faults);
    },
  },
  {
    title: "the engine's user makes the repository and a snapshot of the stack's indices, and reads no document",
    async run(store) {
      await fill(store.client("admin"), spans.writeAlias);
      await ask(store.client("provisioner"), "POST", `/${spans.writeAlias}/_rollover`);
      await fill(store.client("admin"), spans.writeAlias);
      const engine = store.client("provisioner");
      await register(engine, false);
      const { indices, includeGlobalState, featureStates } = plan.policy;
      const made = (await ask(engine, "PUT", `${snapshotPath}?wait_for_completion=true`, {
        ...{ indices: indices.join(","), include_global_state: includeGlobalState, feature_states: featureStates },
      })) as {
        snapshot: { state: string; indices: string[]; include_global_state: boolean; feature_states: object[] };
      };
      const { snapshot } = made;
      const ours = series.flatMap(({ name }) => [`${name}-000001`, ...(name === spans.name ? [`${name}-000002`] : [])]);
      const forbidden = (await engine.send("GET", `/${spans.name}-*/_count`)).status;
      return [
        ...(snapshot.state === "SUCCESS" ? [] : [`it ended as ${snapshot.state}`]),
        ...(snapshot.include_global_state || snapshot.feature_states.length > 0
          ? ["it holds the cluster's state"]
          : []),
        ...(snapshot.indices.sort().join() === ours.sort().join() ? [] : [`it holds ${snapshot.indices.join()}`]),
        ...(forbidden === 403 ? [] : [`documents: ${forbidden}`]),
      ];
    },
  },
  {
    title: "nor does it restore or delete one: that takes a person's account",
    async run(store) {
      const engine = store.client("provisioner");
      const restored = (await engine.send("POST", `${snapshotPath}/_restore`, {})).status;
      const deleted = (await engine.send("DELETE", snapshotPath)).status;
      return restored === 403 && deleted === 403 ? [] : [`restore: ${restored}, delete: ${deleted}`];
    },
  },
  {
    title: "in a store that has lost all the traces are found again, and what is written since stays",
    async run(store) {
      const admin = store.client("admin");
      await loseAll(admin);
      // What `up --refresh` makes in it, and what Jaeger writes meanwhile.
      await setUp(store);
      await fill(admin, spans.writeAlias);
      await register(admin, true);
      const { indices } = plan.policy;
      await ask(admin, "POST", `${snapshotPath}/_restore?wait_for_completion=true`, {
        indices: indices.join(","),
        ...{ include_global_state: false, include_aliases: false },
        ...{ rename_pattern: "^(.+)-(\\d{6})$", rename_replacement: "$1-restored-$2" },
      });
      const { actions } = restoredAliases(series);
      await ask(admin, "POST", "/_aliases", { actions });
      const all = await count(admin, spans.template.aliases[0]!);
      const since = await count(admin, spans.writeAlias);
      const outcome = await ensureWriteIndex(store.client("provisioner"), spans);
      await fill(admin, spans.writeAlias);
      const after = await count(admin, spans.template.aliases[0]!);
      return [
        ...(all === 3 * documents ? [] : [`${all} of ${3 * documents} documents are found`]),
        ...(since === documents ? [] : [`the write alias leads to ${since} documents, not to the ${documents} since`]),
        ...(outcome === "kept" ? [] : [`the next up: ${outcome}`]),
        ...(after === 4 * documents ? [] : [`${after} after more was written`]),
      ];
    },
  },
];

/** The aliases that readers use, for what was restored beside the indices that are there; none for writing. */
function restoredAliases(all: readonly SeriesPlan[]) {
  return {
    actions: all.flatMap(({ name, template }) =>
      template.aliases.map((alias) => ({ add: { index: `${name}-restored-*`, alias, is_write_index: false } })),
    ),
  };
}

/** Nothing is left but the bucket. */
async function loseAll(admin: ElasticsearchClient): Promise<void> {
  await ask(admin, "DELETE", `/_snapshot/${plan.repository.name}`);
  for (const { name } of series) {
    const indices = Object.keys((await ask(admin, "GET", `/${name}-*`)) as object);
    await ask(admin, "DELETE", `/${indices.join(",")}`);
    await ask(admin, "DELETE", `/_index_template/${name}`);
  }
}

async function prepare(): Promise<[StoreServer]> {
  const store = await startStore(context);
  await setUp(store);
  return [store];
}

await tryCases(cases, prepare);
