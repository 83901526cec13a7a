import type { Case } from "./case.ts";

/** Name of the namespace, the Deployment, the container, the service account and the service of a case. */
export const nameOf = ({ id }: Pick<Case, "id">): string => `field-${id}`;

/** Marks the namespaces, so that those of a run that was killed are found again. */
export const marker = { "order-tracing/check": "fields" };
