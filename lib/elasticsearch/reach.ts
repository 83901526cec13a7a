import type { KubeConfig } from "@kubernetes/client-node";
import type { buildConnector } from "undici";
import { AskError } from "../ask-error.ts";
import { serviceOfAddress } from "../cluster-address.ts";
import { tunnelConnector } from "../tunnel.ts";
import { VaultClient, VaultError } from "../vault-client.ts";
import { vaultToken } from "../vault-token.ts";
import type { ElasticsearchEndpoint } from "./client.ts";
import type { StoreReach } from "./store.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A server, and the PEM of the CA that its certificate comes from. */
interface Server {
  address: string;
  ca: string;
}

/** The addresses of one cluster, and the PEM of the CA of them all. */
interface Cluster {
  addresses: readonly string[];
  ca: string;
}

/** Where the store of a stack is, and who may read what is asked for. */
export interface StoreAccess {
  store: Cluster;
  /** `namespace`: of Vault Enterprise. */
  vault: Server & { namespace: string | undefined };
  /** API path in Vault of the reader's user name and password. */
  credentials: string;
  /** Name of the reader for people, for messages. */
  reader: string;
  /** Index, alias or pattern that is read. */
  indices: string;
}

/**
 * How to reach the store, and with whose rights: those of `ELASTICSEARCH_USERNAME`, else those of the reader, whose password
 * the run's token for Vault may read.
 *
 * @throws AskError if the run has neither, or Vault gives nothing out.
 */
export async function storeReach(
  { store, vault, credentials, reader, indices }: StoreAccess,
  kubeConfig: KubeConfig,
  environment: Environment = process.env,
): Promise<Omit<StoreReach, "signal">> {
  const account =
    accountOf(environment) ??
    (await accountInVault(
      new VaultClient({
        address: vault.address,
        namespace: vault.namespace,
        ca: vault.ca,
        token: tokenOf(environment, reader, indices),
        ...tunnelled(connectorTo(vault, kubeConfig)),
      }),
      credentials,
    ));
  const endpoints = store.addresses.map((address) => ({
    origin: address,
    connect: connectorTo({ address, ca: store.ca }, kubeConfig),
  }));
  return { endpoints, account, reader, indices };
}

/** What has no address outside of the cluster is reached through its API. */
function connectorTo({ address, ca }: Server, kubeConfig: KubeConfig): ElasticsearchEndpoint["connect"] {
  const target = serviceOfAddress(address);
  return target ? tunnelConnector(kubeConfig, { ...target, ca }) : { ca };
}

/** Vault's client makes direct connections by itself. */
function tunnelled(connect: ElasticsearchEndpoint["connect"]): { connect?: buildConnector.connector } {
  return typeof connect === "function" ? { connect } : {};
}

function accountOf(environment: Environment): StoreReach["account"] | undefined {
  const { ELASTICSEARCH_USERNAME: username, ELASTICSEARCH_PASSWORD: password } = environment;
  if (!username && !password) return undefined;
  if (username && password) return { username, password };
  throw new AskError("ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD must be set both, or none of them.");
}

function tokenOf(environment: Environment, reader: string, indices: string): string {
  const token = vaultToken(environment);
  if (token) return token;
  throw new AskError(
    `The store cannot be read without an account. Set VAULT_TOKEN (or \`vault login\`) to a token that may read the password of ${reader}, ` +
      `or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD to an account that may read ${indices}.`,
  );
}

async function accountInVault(vault: VaultClient, path: string): Promise<StoreReach["account"]> {
  try {
    return (await vault.read<{ data: StoreReach["account"] }>(path)).data;
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new AskError(
      `No account for the store: ${error.message}. The token of VAULT_TOKEN, or of ~/.vault-token, needs read on ${path}.`,
      {
        transient: error.status === 0 || error.status >= 500,
        cause: error,
      },
    );
  }
}
