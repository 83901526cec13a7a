import { AuthorizationV1Api, type KubeConfig } from "@kubernetes/client-node";
import { ask, type Answer } from "../answer.ts";
import type { Access } from "./needed.ts";

/** Whether the run may do something. Nothing is done. */
export function mayDo(
  config: KubeConfig,
  { namespace, group, resource, verb, name }: Omit<Access, "guide">,
): Promise<Answer<boolean>> {
  const resourceAttributes = { group, resource, verb, ...(namespace && { namespace }), ...(name && { name }) };
  return ask(async () => {
    const body = { spec: { resourceAttributes } };
    const { status } = await config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({ body });
    return status?.allowed ?? false;
  });
}
