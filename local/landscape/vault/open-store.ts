import { allTraces, storeNames } from "../../../components/elasticsearch/names.ts";
import { readStack } from "../../../config/stack-file.ts";
import { openStore, type Store } from "../../../lib/elasticsearch/store.ts";
import type { Kubernetes } from "../kubernetes/client.ts";
import { localStore } from "./engine-account.ts";
import { storeReader } from "./store-reader.ts";

/** The traces of all groups in the local Elasticsearch, as their reader. */
export async function openTraces(kubernetes: Pick<Kubernetes, "config">, signal: AbortSignal): Promise<Store> {
  const { name: stack, settings } = readStack("local");
  return openStore({
    ...allTraces(storeNames({ stack, settings })),
    ...(await localStore(kubernetes)),
    account: await storeReader(),
    signal,
  });
}
