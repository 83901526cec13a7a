import { readFile } from "node:fs/promises";
import { allTraces, storeNames } from "../../../components/elasticsearch/names.ts";
import { readStack } from "../../../config/stack-file.ts";
import { openStore, type Store } from "../../../lib/elasticsearch/store.ts";
import { elasticsearchName, defaultNamespace as namespace, ports } from "../../../lib/names.ts";
import { tunnelConnector } from "../../../lib/tunnel.ts";
import { corporateCa } from "../../paths.ts";
import type { Kubernetes } from "../kubernetes/client.ts";
import { storeReader } from "./store-reader.ts";

/** The traces of all groups in the local Elasticsearch, as their reader. */
export async function openTraces({ config }: Pick<Kubernetes, "config">, signal: AbortSignal): Promise<Store> {
  const { name: stack, settings } = readStack("local");
  const target = {
    ...{ namespace, service: elasticsearchName, port: ports.elasticsearch },
    ca: await readFile(corporateCa, "utf8"),
  };
  return openStore({
    ...allTraces(storeNames({ stack, settings })),
    origin: `https://${elasticsearchName}.${namespace}.svc:${ports.elasticsearch}`,
    account: await storeReader(),
    connect: tunnelConnector(config, target),
    signal,
  });
}
