import type { Context } from "../../../config/context.ts";
import { VaultClient, VaultError } from "../../../lib/vault-client.ts";
import { lacking, type Finding, type Subject } from "../finding.ts";
import { askVault } from "./answer.ts";
import { judgeAuthority } from "./authority.ts";
import {
  connectionPath,
  firstSecrets,
  historyPath,
  judgeBootstrap,
  type Connection,
  type SecretHistory,
} from "./bootstrap.ts";
import { healthPath, judgeHealth, judgeUnreached, type Health } from "./health.ts";
import { judgeRights, neededRights } from "./rights.ts";
import { judgeToken, type Token } from "./token.ts";

/** Vault's answers have their data below this. */
interface Told<T> {
  data: T;
}

/**
 * Looks at Vault as an `up` is going to use it: whether it serves, whether it is the right one, what the token may do, and
 * whether the first secrets are there. Nothing is changed, and no secret is read.
 *
 * @param token of the run. Undefined: it has none.
 */
export async function lookAtVault(context: Context, token: string | undefined): Promise<Subject> {
  const { address, namespace } = context.settings.vault;
  const endpoint = { address, ca: context.vaultCa };
  // Of the server, not of one of its namespaces.
  const health = await orError(new VaultClient(endpoint).read<Health>(healthPath));
  if (health instanceof VaultError) return { name: "vault", looked: address, findings: [judgeUnreached(health)] };
  const findings = judgeHealth(health);
  const subject = { name: "vault", looked: health.version ? `Vault ${health.version}` : address };
  if (findings.some(({ level }) => level === "stop")) return { ...subject, findings };
  const anonymous = new VaultClient({ ...endpoint, namespace });
  const judged = await orError(
    Promise.all([
      lookAtAuthority(anonymous, context),
      lookWith(token === undefined ? undefined : anonymous.withToken(token), context),
    ]),
  );
  // It serves, and yet not this.
  if (judged instanceof VaultError) return { ...subject, findings: [...findings, lacking(judged.message)] };
  return { ...subject, findings: [...findings, ...judged.flat()] };
}

function orError<T>(answer: Promise<T>): Promise<T | VaultError> {
  return answer.catch((error: unknown) => {
    if (error instanceof VaultError) return error;
    throw error;
  });
}

async function lookAtAuthority(anonymous: VaultClient, context: Context): Promise<Finding[]> {
  const path = `${context.settings.vault.pkiMount}/cert/ca_chain`;
  const live = await askVault(async () => {
    try {
      return (await anonymous.find<Told<{ certificate?: string }>>(path))?.data.certificate;
    } catch (error) {
      if (error instanceof VaultError && error.message.includes("no default issuer")) return "";
      throw error;
    }
  });
  return judgeAuthority(live, context);
}

/** What only a token can ask. */
async function lookWith(vault: VaultClient | undefined, context: Context): Promise<Finding[]> {
  if (!vault) return judgeToken(undefined, context.stack);
  const token = await askVault(async () => (await vault.read<Told<Token>>("auth/token/lookup-self")).data);
  const findings = judgeToken(token, context.stack);
  if (token.state !== "read") return findings;
  const needs = neededRights(context);
  const [capabilities, connection, secrets] = await Promise.all([
    askVault(
      async () =>
        (
          await vault.write<Told<Record<string, string[]>>>("sys/capabilities-self", {
            paths: needs.map(({ path }) => path),
          })
        ).data,
    ),
    askVault(async () => (await vault.find<Told<Connection>>(connectionPath(context)))?.data),
    Promise.all(
      firstSecrets(context).map(
        async (path) =>
          [path, await askVault(async () => (await vault.find<Told<SecretHistory>>(historyPath(path)))?.data)] as const,
      ),
    ),
  ]);
  return [
    ...findings,
    ...judgeRights(needs, capabilities, context),
    ...judgeBootstrap(context, { connection, secrets: new Map(secrets) }),
  ];
}
