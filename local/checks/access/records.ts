import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { z } from "zod";
import { vaultPaths } from "../../../components/vault/paths.ts";
import { readStack } from "../../../config/stack-file.ts";
import { accounts } from "../../landscape/identity/accounts.ts";
import { vaultClient } from "../../landscape/vault/client.ts";
import { tokenOf, tokenWith } from "../../landscape/vault/people.ts";
import { kubeconfig, repositoryDir } from "../../paths.ts";
import { attempt, type Finding } from "../findings.ts";

const stack = "local";
const patienceMs = 30_000;

const answer = z.object({
  records: z.array(z.object({ person: z.string(), view: z.string(), roles: z.array(z.string()), status: z.number() })),
});

/** What somebody has just done. */
interface Deed {
  readonly trace: string;
  /** Name of the account. */
  readonly person: string;
  readonly view: string;
}

/** What is known afterwards of who read a trace, and to whom. */
export async function recordFindings({ trace, person, view }: Deed): Promise<Finding[]> {
  const { email } = accounts.find(({ name }) => name === person)!;
  const { settings } = readStack(stack);
  const root = await vaultClient();
  const auditor = await tokenWith(`${vaultPaths({ stack, settings }).policyPrefix}-audit`, root);
  const deployer = await tokenOf("deployer", root);
  return [
    await attempt("npm run audit, of that trace", "-", `${email} at ${view}`, async () => {
      for (const deadline = Date.now() + patienceMs; ;) {
        const { exitCode, stdout, stderr } = await audit(trace, auditor);
        if (exitCode === 0) {
          const { records } = answer.parse(JSON.parse(stdout));
          const theirs = records.filter((one) => one.person === email && one.view === view && one.status === 200);
          return { found: `${theirs.length} of ${records.length} records`, good: theirs.length > 0 };
        }
        if (exitCode !== 1 || Date.now() > deadline) return { found: `${exitCode}: ${stderr || stdout}`, good: false };
        // Nobody, so far: a record is stored some tenths of a second later, and found a second after that.
        await sleep(1_000);
      }
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
