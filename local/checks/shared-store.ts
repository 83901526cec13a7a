/**
 * Two stacks on one Elasticsearch, of which one's name begins like the other's: what the plan makes for both is put into the real
 * program, and the users of each try what the other's are for. Needs no cluster.
 */
import { storePlan, type StorePlan } from "../../components/elasticsearch/store-plan.ts";
import { allTraces, storeNames } from "../../components/elasticsearch/names.ts";
import { ensureWriteIndex } from "../../components/elasticsearch/write-index.ts";
import type { Context } from "../../config/context.ts";
import { readStack } from "../../config/stack-file.ts";
import type { ElasticsearchClient } from "../../lib/elasticsearch/client.ts";
import { attempt, print, type Finding } from "./findings.ts";
import { runToEnd } from "./collector/cases.ts";
import { makeTemplates, startStore, type StoreServer } from "./store/server.ts";

const { settings, landscape } = readStack("local");
const password = "only-for-the-time-of-this-check";

/** As an external store, without the lifecycle that the local distribution lacks. */
const contextOf = (stack: string) => ({
  ...{ stack, landscape },
  settings: {
    ...settings,
    elasticsearch: {
      mode: "external" as const,
      endpoints: ["https://shared.example"],
      caFile: "",
      lifecycle: false,
      writes: "async" as const,
    },
  },
});

async function made(store: ElasticsearchClient, method: "PUT" | "POST", path: string, body: object): Promise<void> {
  const { status, reason } = await store.send(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${reason}`);
}

/** What the engine makes of a plan: the same names, patterns, aliases and rights. */
async function make(store: ElasticsearchClient, { series, roles }: StorePlan): Promise<void> {
  await makeTemplates(store, series);
  for (const one of series) await ensureWriteIndex(store, one);
  for (const { name, accounts, cluster, indices } of roles) {
    await made(store, "PUT", `/_security/role/${name}`, { cluster, indices: [indices] });
    for (const username of accounts)
      await made(store, "PUT", `/_security/user/${username}`, { password, roles: [name] });
  }
}

/** Users of a stack whose password somebody tries to set. One's own everybody may. */
const passwordsTried = (plan: StorePlan, own: string) =>
  plan.roles
    .flatMap(({ accounts }) => accounts)
    .filter((account) => account !== own)
    .slice(0, 2);

/** What each user of one stack may do with each alias of one. */
async function tries(
  server: StoreServer,
  whose: string,
  own: StorePlan,
  others: string,
  other: StorePlan,
): Promise<Finding[]> {
  const same = own === other;
  const findings: Finding[] = [];
  const document = { "@timestamp": "2026-11-29T00:00:00Z", startTimeMillis: 1, traceID: whose };
  for (const { name, accounts } of own.roles) {
    const user = server.as({ username: accounts[0], password });
    const wrong: string[] = [];
    let tried = 0;
    const expectStatus = async (allowed: boolean, status: Promise<{ status: number }>, what: string) => {
      const { status: got } = await status;
      tried += 1;
      if (allowed !== got < 300 || (!allowed && got !== 403)) wrong.push(`${what}: ${got}`);
    };
    const role = own.roles.find((one) => one.name === name)!;
    const mayRead = (alias: string) => role.indices.privileges.includes("read") && role.indices.names.includes(alias);
    const mayWrite = (alias: string) => !role.indices.privileges.includes("read") && role.indices.names.includes(alias);
    for (const one of other.series) {
      for (const alias of one.template.aliases)
        await expectStatus(same && mayRead(alias), user.send("GET", `/${alias}/_search`), `read ${alias}`);
      await expectStatus(
        same && mayWrite(one.writeAlias),
        user.send("PUT", `/${one.writeAlias}/_create/${name}`, document),
        `write ${one.writeAlias}`,
      );
      await expectStatus(false, user.send("GET", `/${one.name}-000001/_search`), `read ${one.name}-000001`);
    }
    for (const account of passwordsTried(other, accounts[0]))
      await expectStatus(
        false,
        user.send("PUT", `/_security/user/${account}/_password`, { password }),
        `password of ${account}`,
      );
    findings.push(
      await attempt(
        `${name}, on what is ${same ? "its own stack's" : `${others}'s`}`,
        same ? "-" : "role",
        same ? "just its own aliases" : "403",
        () =>
          Promise.resolve({
            found: wrong.length === 0 ? `${tried} tries as expected` : wrong.join("; "),
            good: wrong.length === 0 && tried > 0,
          }),
      ),
    );
  }
  return findings;
}

await runToEnd(async () => {
  console.log("Starting Elasticsearch on the loopback; it takes up to a minute.");
  const server = await startStore({ stack: "local", settings, landscape } as Context);
  const admin = server.client("admin");
  const stacks = ["dev", "dev-eu"].map((name) => ({ name, plan: storePlan(contextOf(name)) }));
  for (const { plan } of stacks) await make(admin, plan);
  const findings: Finding[] = [];
  for (const one of stacks)
    for (const other of stacks) findings.push(...(await tries(server, one.name, one.plan, other.name, other.plan)));
  await admin.send("POST", "/_refresh");
  for (const { name } of stacks) {
    // The pattern of the shorter name is one of the longer one's indices too: what is shown, rights decide.
    const { user, indices } = allTraces(storeNames(contextOf(name)));
    const client = server.as({ username: user, password });
    findings.push(
      await attempt(
        `the reader of all of ${name}, by the pattern ${indices}`,
        "role",
        "spans of its own stack alone",
        async () => {
          const { status, document } = await client.send("GET", `/${indices}/_search?size=100`);
          const { hits } = (document as { hits?: { hits: { _source: { traceID: string } }[] } }).hits ?? { hits: [] };
          const seen = [...new Set(hits.map(({ _source }) => _source.traceID))];
          return {
            found: `${status}, ${hits.length} documents of ${seen.join(", ") || "nobody"}`,
            good: seen.join() === name,
          };
        },
      ),
    );
  }
  return print(findings);
});
