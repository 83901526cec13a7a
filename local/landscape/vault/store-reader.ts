import { allTraces, storeNames } from "../../../components/elasticsearch/names.ts";
import { credentialsPath } from "../../../components/vault/account-in-turn.ts";
import { vaultPaths } from "../../../components/vault/paths.ts";
import { readStack } from "../../../config/stack-file.ts";
import { vaultClient } from "./client.ts";

/** The account of the local stack's store that sees all groups, and nothing else. */
export async function storeReader(): Promise<{ username: string; password: string }> {
  const { name, settings } = readStack("local");
  const stack = { stack: name, settings };
  const path = credentialsPath(vaultPaths(stack), allTraces(storeNames(stack)).user);
  return (await (await vaultClient()).read<{ data: { username: string; password: string } }>(path)).data;
}
