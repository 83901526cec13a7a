import { readFile } from "node:fs/promises";
import { allTraces, storeNames } from "../../../components/elasticsearch/names.ts";
import { readStack } from "../../../config/stack-file.ts";
import { openStore, type Store } from "../../../lib/elasticsearch/store.ts";
import { defaultNamespace as namespace, elasticsearchName, managedStoreUrl, ports } from "../../../lib/names.ts";
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
    endpoints: [{ origin: managedStoreUrl(namespace), connect: tunnelConnector(config, target) }],
    account: await storeReader(),
    signal,
  });
}
