import type { KubeConfig } from "@kubernetes/client-node";
import type { buildConnector } from "undici";
import { storeUrl } from "../../components/elasticsearch/addresses.ts";
import { storeNames } from "../../components/elasticsearch/names.ts";
import { vaultPaths } from "../../components/vault/paths.ts";
import { readCertificates, readStackRoot } from "../../config/context.ts";
import type { Stack } from "../../config/stack-file.ts";
import { AskError } from "../../lib/ask-error.ts";
import { serviceOfAddress } from "../../lib/cluster-address.ts";
import { allView } from "../../lib/names.ts";
import { tunnelConnector } from "../../lib/tunnel.ts";
import { VaultClient, VaultError } from "../../lib/vault-client.ts";
import type { ElasticsearchReach } from "../../lib/elasticsearch/client.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the store of a stack is, and with whose rights it is read: those of `ELASTICSEARCH_USERNAME`, else those of the reader
 * of all groups, whose password `VAULT_TOKEN` may read.
 *
 * @throws AskError if the environment has neither, or Vault gives nothing out.
 */
export async function storeReach(
  { name, settings }: Stack,
  kubeConfig: KubeConfig,
  environment: Environment = process.env,
): Promise<Pick<ElasticsearchReach, "origin" | "account" | "connect">> {
  const { vault, elasticsearch } = settings;
  const vaultCa = readCertificates("vault.caFile", vault.caFile);
  const ca =
    elasticsearch.mode === "external"
      ? readCertificates("elasticsearch.caFile", elasticsearch.caFile)
      : readStackRoot(vault);
  const origin = storeUrl(settings);
  const account =
    accountOf(environment) ??
    (await accountInVault(
      new VaultClient({
        address: vault.address,
        namespace: vault.namespace,
        ca: vaultCa,
        token: tokenOf(environment),
        ...tunnelled(connectorTo(vault.address, vaultCa, kubeConfig)),
      }),
      `${vaultPaths({ stack: name, settings }).database}/static-creds/${storeNames({ stack: name, settings }).reader(allView)}`,
    ));
  return { origin, account, connect: connectorTo(origin, ca, kubeConfig) };
}

/** What has no address outside of the cluster is reached through its API. */
function connectorTo(address: string, ca: string, kubeConfig: KubeConfig): ElasticsearchReach["connect"] {
  const target = serviceOfAddress(address);
  return target ? tunnelConnector(kubeConfig, { ...target, ca }) : { ca };
}

/** Vault's client makes direct connections by itself. */
function tunnelled(connect: ElasticsearchReach["connect"]): { connect?: buildConnector.connector } {
  return typeof connect === "function" ? { connect } : {};
}

function accountOf(environment: Environment): ElasticsearchReach["account"] | undefined {
  const { ELASTICSEARCH_USERNAME: username, ELASTICSEARCH_PASSWORD: password } = environment;
  if (!username && !password) return undefined;
  if (username && password) return { username, password };
  throw new AskError("ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD must be set both, or none of them.");
}

function tokenOf({ VAULT_TOKEN: token }: Environment): string {
  if (token) return token;
  throw new AskError(
    "The store cannot be read without an account. Set VAULT_TOKEN to a token that may read the password of the reader of all " +
      "groups, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD to an account that may read all groups.",
  );
}

async function accountInVault(vault: VaultClient, path: string): Promise<ElasticsearchReach["account"]> {
  try {
    return (await vault.read<{ data: ElasticsearchReach["account"] }>(path)).data;
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new AskError(`No account for the store: ${error.message}. The token of VAULT_TOKEN needs read on ${path}.`, {
      transient: error.status === 0 || error.status >= 500,
      cause: error,
    });
  }
}
