import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where the local environment keeps what it makes. The folders are the machine's, not the checkout's: a second checkout
 * (a CI job, a colleague's clone) must find, use and be able to remove the cluster that the first one started.
 */
export const stateDir = "/var/lib/order-tracing";

/** Pid files, sockets: gone after a reboot, never needed after one. */
export const runDir = join(stateDir, "run");

/** Logs of the cluster's processes. */
export const logDir = join(stateDir, "logs");

/** State of the local Pulumi. */
export const backendDir = join(stateDir, "pulumi", "backend");

/** Certificates and keys of the cluster and of the "company" (see `local/landscape`). */
export const pkiDir = join(stateDir, "pki");

/** Private key of our own cluster's service-account issuer: no other cluster's is here. */
export const serviceAccountKey = join(pkiDir, "sa.key");

/** Public keys of the cluster's service-account issuer: PEM, or a key set of a cluster of the user's own. */
export const serviceAccountPublicKey = join(pkiDir, "sa.pub");

/** Certificate of the company's root CA: the CA in Vault's PKI mount is below it, and by that all that Vault issues. */
export const corporateCa = join(pkiDir, "corporate-ca.crt");

/** Certificate of the CA of the corporate Vault's own certificate. Another one, as in most companies. */
export const vaultServerCa = join(pkiDir, "vault-server-ca.crt");

/** kubeconfig of the cluster that the local environment is in, of its administrator. */
export const kubeconfig = join(stateDir, "kubeconfig");

/** kubeconfig of whoever deploys the stack there: a user with the rights of docs/guides, and no others. */
export const deployerKubeconfig = join(stateDir, "deployer.kubeconfig");

/** Built parts and images, by content. Survives `local:reset`; safe to delete by hand. */
export const cacheDir = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "order-tracing");

/** The checkout. */
export const repositoryDir = join(import.meta.dirname, "..");
