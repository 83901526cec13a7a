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

/** Certificates and keys of the cluster and of the "company" (see `local/landscape`). */
export const pkiDir = join(stateDir, "pki");

/** Public key of the cluster's service-account issuer, PEM. */
export const serviceAccountPublicKey = join(pkiDir, "sa.pub");

/** Certificate of the company's CA: it signs the corporate Vault's listener and, through Vault, all else. */
export const corporateCa = join(pkiDir, "corporate-ca.crt");

/** Admin kubeconfig of the local cluster. */
export const kubeconfig = join(stateDir, "kubeconfig");

/** Built parts and images, by content. Survives `local:reset`; safe to delete by hand. */
export const cacheDir = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "order-tracing");

/** The checkout. */
export const repositoryDir = join(import.meta.dirname, "..");
