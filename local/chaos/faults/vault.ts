import { setTimeout as sleep } from "node:timers/promises";
import { restingFirst, rotationSteps } from "../../../bootstrap/rotation.ts";
import { accountsOf, storeNames } from "../../../components/elasticsearch/names.ts";
import { rotationSchedules } from "../../../components/vault/account-in-turn.ts";
import { vaultPaths } from "../../../components/vault/paths.ts";
import { readStack } from "../../../config/stack-file.ts";
import { AskError } from "../../../lib/ask-error.ts";
import { anonymousVaultClient, vaultClient } from "../../landscape/vault/client.ts";
import { openVault, sealState } from "../../landscape/vault/unseal.ts";
import { waitFor } from "../../wait.ts";
import { hold, type Live } from "./live.ts";

/** Vault seals itself, as after a restart that nobody noticed. */
export async function sealed(live: Live): Promise<void> {
  const vault = await anonymousVaultClient(live.kubernetes);
  await (await vaultClient()).write("sys/seal");
  live.progress("Vault is sealed");
  try {
    await hold(live);
  } finally {
    await openVault(vault);
    live.progress("Vault is unsealed");
  }
  const open = async () => (await sealState(vault)) === "unsealed";
  if (!(await waitFor(open, { limit: 60_000, signal: live.signal }))) throw new AskError("Vault does not open again.");
}

/** Between the two users of a pair, minutes: what half a month is otherwise. */
const turnMinutes = 2;

/** Vault sets new passwords of the users that write, by itself and often. */
export async function rotated(live: Live, groups: readonly string[]): Promise<void> {
  const vault = await vaultClient();
  const stack = readStack("local");
  const { database } = vaultPaths({ stack: stack.name, settings: stack.settings });
  const writers = groups.map(storeNames({ stack: stack.name, settings: stack.settings }).writer).map(accountsOf);
  const schedule = async (username: string, rotation_schedule: string) => {
    const path = `${database}/static-roles/${username}`;
    const { data } = await vault.read<{ data: { db_name: string } }>(path);
    await vault.write(path, { db_name: data.db_name, username, rotation_schedule });
  };
  try {
    // First one of each pair, and when the pods have gone over, the other; then both come round in their turn. A schedule that
    // had an earlier date since the last change would be made up for at once.
    const pairs = await Promise.all(writers.map((pair) => restingFirst(vault, database, pair)));
    const schedules: string[] = [];
    for (const index of [0, 1]) {
      for (const pair of pairs) await vault.write(`${database}/rotate-role/${pair[index]!}`);
      schedules.push(`${new Date().getMinutes() % (2 * turnMinutes)}-59/${2 * turnMinutes} * * * *`);
      if (index === 0) await sleep(turnMinutes * 60_000, undefined, { signal: live.signal });
    }
    for (const pair of pairs) {
      for (const [index, username] of pair.entries()) await schedule(username, schedules[index]!);
    }
    live.progress(`Vault rotates the users of ${pairs.length} writers, one of each pair every ${turnMinutes} minutes`);
    await hold(live);
  } finally {
    for (const pair of writers) {
      for (const [index, username] of pair.entries()) await schedule(username, rotationSchedules[index]!);
    }
    live.progress("Vault rotates them as before");
  }
}

/** `bootstrap --rotate`: new passwords for all, with the wait that it has, and one more for what comes after. */
export async function rotatedByHand(live: Live, groups: readonly string[]): Promise<void> {
  const stack = readStack("local");
  const wait = (seconds: number) => sleep(seconds * 1_000, undefined, { signal: live.signal });
  for (const step of await rotationSteps({ ...stack, groups }, await vaultClient(), wait)) {
    live.progress(`${await step.run()}: ${step.title}`);
  }
  await hold(live);
}
