import type { Answer } from "../answer.ts";
import { lacking, note, type Finding } from "../finding.ts";
import { policyName } from "./policy.ts";

/** What Vault tells about a token. */
export interface Token {
  /** Seconds that are left. 0: it does not end. */
  ttl: number;
  renewable?: boolean;
  /** Requests that are left. 0: any number. */
  num_uses: number;
}

/** A first `up` that waits for images, disks and every rollout, seconds. */
const longUp = 3600;

/** The token of the run: there, known to Vault, and good for as long as an `up` takes. */
export function judgeToken(answer: Answer<Token> | undefined, stack: string): Finding[] {
  const another = `export VAULT_TOKEN="$(vault token create -policy=${policyName(stack)} -no-default-policy -ttl=4h -field=token)"`;
  if (answer === undefined) return [lacking("VAULT_TOKEN is not set, and there is no ~/.vault-token", another)];
  if (answer.state !== "read")
    return [
      lacking(
        "Vault refuses the token: it is wrong, has ended, is of another namespace of Vault (vault.namespace), or may not ask who it is",
        another,
      ),
    ];
  const { ttl, num_uses, renewable } = answer.value;
  return [
    ...(ttl > 0 && ttl < longUp
      ? [
          note(
            `the token ends in ${shown(ttl)}: a first up may take longer, and would break off half-way`,
            renewable ? "vault token renew, before it and meanwhile" : another,
          ),
        ]
      : []),
    ...(num_uses > 0
      ? [note(`the token is good for ${num_uses} more requests, and an up asks Vault more often`, another)]
      : []),
  ];
}

function shown(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.floor(seconds / 60)} minutes`;
}
