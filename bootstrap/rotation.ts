import { setTimeout as sleep } from "node:timers/promises";
import { switchSeconds, type AccountPair } from "../components/vault/account-in-turn.ts";
import { vaultPaths } from "../components/vault/paths.ts";
import { AskError } from "../lib/ask-error.ts";
import type { VaultClient } from "../lib/vault-client.ts";
import { accountPairs, type StackSubject } from "./accounts.ts";
import type { Step } from "./steps.ts";

/**
 * New passwords for all users of the store: first for those that nobody uses now, then, when the pods have gone over to them,
 * for the others. Broken off in between it can be run again. Nothing that is written under load is lost by it.
 *
 * @param wait for so many seconds. Default: by the clock.
 * @throws AskError if Vault has no such user yet.
 */
export async function rotationSteps(
  stack: StackSubject,
  vault: VaultClient,
  wait: (seconds: number) => Promise<unknown> = (seconds) => sleep(seconds * 1_000),
): Promise<Step[]> {
  const { database } = vaultPaths({ stack: stack.name, settings: stack.settings });
  const pairs = await Promise.all(accountPairs(stack).map((pair) => restingFirst(vault, database, pair)));
  const rotate = (user: string): Step => ({
    title: `password of Elasticsearch's user "${user}" by ${database}/rotate-role/${user}`,
    run: async () => {
      await vault.write(`${database}/rotate-role/${user}`);
      return "rotated";
    },
  });
  return [
    ...pairs.map(([resting]) => rotate(resting)),
    {
      title: `${switchSeconds} s, in which the pods go over to those`,
      begins: `waiting ${switchSeconds} s until the pods have gone over to the new passwords`,
      run: async () => {
        await wait(switchSeconds);
        return "waited";
      },
    },
    ...pairs.map(([, used]) => rotate(used)),
  ];
}

/** Pods use the user with the newer password. */
export async function restingFirst(
  vault: VaultClient,
  database: string,
  [one, other]: AccountPair,
): Promise<AccountPair> {
  const [first, second] = await Promise.all([one, other].map((name) => lastRotation(vault, database, name)));
  return first! < second! ? [one, other] : [other, one];
}

async function lastRotation(vault: VaultClient, database: string, name: string): Promise<number> {
  const path = `${database}/static-roles/${name}`;
  const found = await vault.find<{ data: { last_vault_rotation?: string } }>(path);
  if (!found) throw new AskError(`Vault has no ${path}: the stack's users are made by pulumi up. Run that first.`);
  return Date.parse(found.data.last_vault_rotation ?? "") || 0;
}
