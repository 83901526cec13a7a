import { storeNames } from "../../../components/elasticsearch/names.ts";
import { vaultPaths } from "../../../components/vault/paths.ts";
import { readStack } from "../../../config/stack-file.ts";
import { allView } from "../../../lib/names.ts";
import { vaultClient } from "./client.ts";

/** The account of the local stack's store that sees all groups, and nothing else. */
export async function storeReader(): Promise<{ username: string; password: string }> {
  const { name, settings } = readStack("local");
  const path = `${vaultPaths({ stack: name, settings }).database}/static-creds/${storeNames({ stack: name, settings }).reader(allView)}`;
  return (await (await vaultClient()).read<{ data: { username: string; password: string } }>(path)).data;
}
