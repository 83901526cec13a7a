import type { SecretFile } from "./vault-agent.ts";
import type { VaultPaths } from "./paths.ts";

/** Names of two users of the store with the same rights, and of their static roles in Vault. */
export type AccountPair = readonly [string, string];

/**
 * When Vault gives the users of a pair new passwords, in cron's form and Vault's time zone: one at the beginning, the other in
 * the middle of the month. A schedule and not a period: two periods would not keep their distance, and Vault Agent reads what
 * has a period again only when that is over, whoever rotated it meanwhile. What has a schedule it reads twice a minute.
 */
export const rotationSchedules = ["0 3 1 * *", "0 3 15 * *"] as const;

/**
 * What Vault could not change so long after its time it leaves until the next one, seconds. So after an outage it never changes
 * both users of a pair at once.
 */
export const rotationWindow = 7 * 24 * 3600;

/** Nobody goes on as a user whose password Vault changes within this time, seconds. */
const nearRotation = 3600;

/** So long a pod may go on as the other user after a rotation, seconds: twice what agent and program take at most. */
export const switchSeconds = 90;

/**
 * A file about one of two users: the one whose password is newer, and not changed soon. Vault's next change is the other's,
 * so the old password is good until long after everybody has left it.
 *
 * @param database mount of the engine.
 * @param render template of the file; `$account` has `username` and `password`.
 * @param restarts see {@link SecretFile}.
 */
export function accountInTurn(
  { database }: Pick<VaultPaths, "database">,
  accounts: AccountPair,
  { file, render, restarts }: { file: string; render: string; restarts?: string },
): SecretFile {
  const reads = accounts.map((account) => credentialsPath({ database }, account));
  const [one, other] = reads;
  const isNear = (account: string) => `(lt (parseInt (print ${account}.ttl)) ${nearRotation})`;
  const isNewer = "(gt $other.last_vault_rotation $one.last_vault_rotation)";
  return {
    kind: "template",
    file,
    contents: [
      `{{- with secret "${one}" -}}{{- $one := .Data -}}`,
      `{{- with secret "${other}" -}}{{- $other := .Data -}}`,
      `{{- $account := $one -}}`,
      `{{- if eq ${isNear("$one")} ${isNear("$other")} -}}`,
      `{{- if ${isNewer} -}}{{- $account = $other -}}{{- end -}}`,
      `{{- else if ${isNear("$one")} -}}{{- $account = $other -}}{{- end -}}`,
      `${render}{{- end -}}{{- end -}}`,
    ].join("\n"),
    reads,
    ...(restarts !== undefined && { restarts }),
  };
}

/** Where Vault tells the password of a user. */
export function credentialsPath({ database }: Pick<VaultPaths, "database">, account: string): string {
  return `${database}/static-creds/${account}`;
}
