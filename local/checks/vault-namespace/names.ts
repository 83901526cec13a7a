/** The stack of this check. */
export const stack = "namespaced";

/** The view whose workload it makes: it has a certificate, a password of the store, and secrets of the bootstrap. */
export const view = "all";

/** Folder of what the stack has in Kubernetes. */
export const manifestsVariable = "VAULT_NAMESPACE_MANIFESTS";
