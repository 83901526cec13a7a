import { randomBytes } from "node:crypto";
import type { V1Secret } from "@kubernetes/client-node";
import { accounts, type Account } from "./accounts.ts";
import { apply, createOnce, type Kubernetes } from "./kubernetes/client.ts";
import { labels } from "./kubernetes/workload.ts";
import type { CompanyNamespace } from "./namespaces.ts";

/**
 * Makes the account Secrets, with generated passwords. A password that is there stays: the store was set up with it.
 * They are the company's own and have nothing to do with the tracing stack, which keeps its secrets in Vault.
 */
export async function ensureCredentials(kubernetes: Kubernetes): Promise<void> {
  for (const account of accounts) {
    const password = randomBytes(24).toString("base64url");
    const home = await createOnce(
      kubernetes,
      secret(account, account.home, { username: encode(account.username), password: encode(password) }),
    );
    for (const namespace of account.clients) await apply(kubernetes, secret(account, namespace, home.data));
  }
}

function secret({ name }: Account, namespace: CompanyNamespace, data: V1Secret["data"]): V1Secret {
  const metadata = { name, namespace, labels: labels(name) };
  return { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", data };
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64");
}
