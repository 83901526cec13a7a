import type { V1Namespace } from "@kubernetes/client-node";

/** Namespaces of the company, there before anything of the tracing stack. */
export const namespaces = ["shop", "crm", "mes", "vault", "identity", "ingress", "monitoring"] as const;

/** One of the company's namespaces. */
export type CompanyNamespace = (typeof namespaces)[number];

/** All with Pod Security "restricted": who adds a container to a pod here has to comply. */
export function namespaceObjects(): V1Namespace[] {
  return namespaces.map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: { "app.kubernetes.io/part-of": "company", "pod-security.kubernetes.io/enforce": "restricted" },
    },
  }));
}
