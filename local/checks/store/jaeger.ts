import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accountFile, jaegerCollectorConfig, jaegerQueryConfig } from "../../../components/jaeger/config.ts";
import { onPodAddress } from "../../../components/otel/collector-parts.ts";
import { secretsDir } from "../../../components/vault/vault-agent.ts";
import type { Context } from "../../../config/context.ts";
import { ports } from "../../../lib/names.ts";
import type { ElasticsearchReach } from "../../../lib/elasticsearch/client.ts";
import { attribute, type Attribute, type Span } from "../../../lib/planted/otlp.ts";
import { freePort, newFolder, startCollector } from "../collector/process.ts";

/** The stack's Jaeger with another store: the addresses, and the account that it has there. */
interface Store {
  readonly addresses: readonly string[];
  readonly account: ElasticsearchReach["account"];
}

type Loose = Record<string, Record<string, Record<string, Record<string, Record<string, object>>>>>;

/** Takes away what is not on the loopback: TLS on both sides, and the pod's address. */
function moved(config: object, { addresses }: Store, folder: string, here: Readonly<Record<number, number>>): object {
  let text = JSON.stringify(config, (key, value: unknown) => (key === "tls" ? undefined : value));
  for (const [from, to] of Object.entries(here)) {
    text = text
      .replaceAll(onPodAddress(Number(from)), `127.0.0.1:${to}`)
      .replaceAll(`"127.0.0.1:${from}"`, `"127.0.0.1:${to}"`);
  }
  const parsed = JSON.parse(text.replaceAll(secretsDir, folder)) as Loose;
  const store = parsed["extensions"]!["jaeger_storage"]!["backends"]!["store"]!;
  Object.assign(store["elasticsearch"]!, { server_urls: addresses });
  return parsed;
}

async function folderOf({ account }: Store): Promise<string> {
  const folder = await newFolder();
  await mkdir(join(folder, "files"));
  await writeFile(join(folder, accountFile), `basic: ${JSON.stringify(account)}`);
  return folder;
}

/** A configuration of Jaeger that says nothing of tags: it stores them as it does by itself. */
export function withoutTags(config: object): object {
  const text = JSON.stringify(config, (key, value: unknown) => (key === "tags_as_fields" ? undefined : value));
  return JSON.parse(text) as object;
}

/**
 * Starts the collector of a group.
 *
 * @param planned its configuration. Default: the plan's.
 * @returns how spans are handed to it.
 */
export async function startJaegerCollector(
  context: Context,
  group: string,
  store: Store,
  planned: object = jaegerCollectorConfig(context, group),
) {
  const [health, otlp, folder] = [await freePort(), await freePort(), await folderOf(store)];
  const config = moved(planned, store, folder, { [ports.health]: health });
  const here = {
    ...config,
    // The same receiver by the form that needs no library.
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${otlp}` } } } },
  };
  const answers = async () => (await fetch(`http://127.0.0.1:${health}/status`)).ok;
  const process = await startCollector(here, folder, answers, { program: "jaeger" });
  return {
    log: () => process.log(),
    async send(spans: readonly Span[], more: readonly Attribute[] = []): Promise<number> {
      const resource = { attributes: [attribute("service.name", "shop-api"), ...more] };
      const body = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "check" }, spans }] }] };
      const answer = await fetch(`http://127.0.0.1:${otlp}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return answer.status;
    },
  };
}

/** Starts the query service of a view. @returns how it is asked for a trace: the status of its answer. */
export async function startJaegerQuery(context: Context, view: string, store: Store) {
  const [health, http, grpc] = [await freePort(), await freePort(), await freePort()];
  const folder = await folderOf(store);
  await writeFile(join(folder, "ui.json"), "{}");
  const config = moved(jaegerQueryConfig(context, view), store, folder, {
    ...{ [ports.health]: health, [ports.jaegerQuery]: http, [ports.jaegerQueryGrpc]: grpc },
  });
  const here = JSON.parse(JSON.stringify(config).replace(/"[^"]*\/ui\.json"/, `"${folder}/ui.json"`)) as object;
  const answers = async () => (await fetch(`http://127.0.0.1:${health}/status`)).ok;
  const process = await startCollector(here, folder, answers, { program: "jaeger" });
  return {
    log: () => process.log(),
    async find(traceId: string): Promise<number> {
      return (await fetch(`http://127.0.0.1:${http}/api/traces/${traceId}`)).status;
    },
    /** Asks as the pages do. @throws if it is refused. */
    async ask(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
      const answer = await fetch(`http://127.0.0.1:${http}/api/${path}?${new URLSearchParams(query).toString()}`);
      if (answer.status !== 200) throw new Error(`Jaeger answers ${answer.status}: ${await answer.text()}`);
      return ((await answer.json()) as { data: unknown }).data;
    },
  };
}
