import type { Settings } from "../config/settings.ts";
import { storeAccounts, storeNames } from "../components/elasticsearch/names.ts";
import type { AccountPair } from "../components/vault/account-in-turn.ts";
import { storageGroups, viewNames } from "../lib/names.ts";

/** Whose secrets the command looks after. */
export interface StackSubject {
  name: string;
  settings: Settings;
  /** Visibility groups of the landscape: each has a view with cookies of its own, and users in the store. */
  groups: readonly string[];
}

/** The pairs of users of a stack's store. */
export function accountPairs({ name: stack, settings, groups }: StackSubject): AccountPair[] {
  return storeAccounts(storeNames({ stack, settings }), storageGroups(groups), viewNames(groups));
}
