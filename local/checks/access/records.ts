import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { vaultPaths } from "../../../components/vault/paths.ts";
import { readStack } from "../../../config/stack-file.ts";
import type { VaultClient } from "../../../lib/vault-client.ts";
import { accounts } from "../../landscape/identity/accounts.ts";
import { vaultClient } from "../../landscape/vault/client.ts";
import { tokenOf, tokenWith } from "../../landscape/vault/people.ts";
import { kubeconfig, repositoryDir } from "../../paths.ts";
import { waitFor } from "../../wait.ts";
import { attempt, type Finding } from "../findings.ts";

const stack = "local";
/** How long a record may take, and a container to be started again, milliseconds. */
export const patienceMs = 30_000;

const answer = z.object({
  records: z.array(z.object({ person: z.string(), view: z.string(), roles: z.array(z.string()), status: z.number() })),
});

/** What somebody has just done. */
export interface Deed {
  readonly trace: string;
  /** Name of the account. */
  readonly person: string;
  readonly view: string;
}

/** What is known afterwards of who read a trace, and to whom. */
export async function recordFindings({ trace, person, view }: Deed): Promise<Finding[]> {
  const email = emailOf(person);
  const root = await vaultClient();
  const auditor = await auditorToken(root);
  const deployer = await tokenOf("deployer", root);
  return [
    await attempt("npm run audit, of that trace", "-", `${email} at ${view}`, async () => {
      const { theirs, all } = await recordsOf({ trace, person, view }, 1, auditor);
      return { found: `${theirs} of ${all} records`, good: theirs > 0 };
    }),
    await attempt("The same by who runs pulumi up", "Vault's policy", "403", async () => {
      const { exitCode, stderr } = await audit(trace, deployer);
      return {
        found: /\b403\b/.exec(stderr)?.[0] ?? `${exitCode}: ${stderr}`,
        good: exitCode === 2 && /\b403\b/.test(stderr),
      };
    }),
  ];
}

const emailOf = (person: string): string => accounts.find(({ name }) => name === person)!.email;

/** A token that may read who read what, and nothing else. */
export function auditorToken(root: VaultClient): Promise<string> {
  const { settings } = readStack(stack);
  return tokenWith(`${vaultPaths({ stack, settings }).policyPrefix}-audit`, root);
}

/**
 * Records of a trace that was read, once there are as many as expected of that person, or time is up. A record is stored some
 * tenths of a second after the reading, and found a second after that.
 *
 * @throws if the command fails
 */
export async function recordsOf(
  { trace, person, view }: Deed,
  expected: number,
  auditor: string,
): Promise<{ theirs: number; all: number }> {
  let counted = { theirs: 0, all: 0 };
  const look = async () => {
    const { exitCode, stdout, stderr } = await audit(trace, auditor);
    // 1: nobody has read it.
    if (exitCode !== 0 && exitCode !== 1) throw new Error(`${exitCode}: ${stderr || stdout}`);
    const found = answer.parse(JSON.parse(stdout)).records;
    const theirs = found.filter((one) => one.person === emailOf(person) && one.view === view && one.status === 200);
    counted = { theirs: theirs.length, all: found.length };
    return theirs.length >= expected;
  };
  await waitFor(look, { limit: patienceMs, every: 1_000 });
  return counted;
}

/** The command, with no right but the token's. */
async function audit(trace: string, token: string) {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [join(repositoryDir, "support/audit/main.ts"), "--stack", stack, "--trace", trace, "--since", "10m", "--json"],
    {
      reject: false,
      env: { KUBECONFIG: kubeconfig, VAULT_TOKEN: token, ELASTICSEARCH_USERNAME: "", ELASTICSEARCH_PASSWORD: "" },
    },
  );
  return { exitCode, stdout, stderr };
}
