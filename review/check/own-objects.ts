import type { KubernetesObject } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { AskError } from "../../lib/ask-error.ts";
import type { Ask } from "./trial.ts";

/**
 * Tries each new or changed object of the stack in a preview. The provider does so too, but takes "forbidden" for a matter of
 * the reviewer's rights, and says nothing: a volume that cannot grow, a quota and a webhook of the company answer with the same
 * code, and `up` would stop half-way.
 *
 * Patches of other people's workloads are not among them: they are tried before anything is registered.
 */
export function tryOwnObjects(ask: Ask): pulumi.ResourceTransformation {
  const tried = new pulumi.ResourceHook(
    "would-be-taken",
    async ({ newInputs }) => {
      if (!pulumi.runtime.isDryRun()) return;
      try {
        await tryObject(newInputs ?? {}, ask);
      } catch (error) {
        // The cluster is out of reach: the look before touching has said so.
        if (!(error instanceof AskError)) throw error;
      }
    },
    { onDryRun: true },
  );
  return trying(tried);
}

/**
 * Has a hook run before each new or changed object of Kubernetes. A transformation in this process: the newer transform has the
 * engine send every resource here and back, which is a tenth of a preview of a hundred services.
 */
export function trying(tried: pulumi.ResourceHook | pulumi.ResourceHookFunction): pulumi.ResourceTransformation {
  return ({ type, resource, props, opts }) => {
    // What `isInstance` looks at is set later.
    if (!(resource instanceof pulumi.CustomResource)) return undefined;
    if (!type.startsWith("kubernetes:") || type.endsWith("Patch")) return undefined;
    const { beforeCreate = [], beforeUpdate = [], ...others } = (opts as pulumi.CustomResourceOptions).hooks ?? {};
    const hooks = {
      ...others,
      beforeCreate: [...beforeCreate, tried],
      beforeUpdate: [...beforeUpdate, tried],
    };
    return { props, opts: { ...opts, hooks } };
  };
}

/**
 * @param inputs of a resource: the object, as far as the preview knows it.
 * @throws Error if the cluster would refuse it.
 */
export async function tryObject(inputs: Record<string, unknown>, ask: Ask): Promise<void> {
  const object = Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
  if (!isKnown(object)) return;
  const trial = await ask(object);
  // All other codes the provider says itself.
  if (trial.state !== "refused" || trial.refusal.code !== 403) return;
  const { kind, metadata } = object as KubernetesObject;
  const where = metadata?.namespace === undefined ? "" : ` in ${metadata.namespace}`;
  throw new Error(`the cluster would refuse ${kind} ${metadata?.name}${where}: ${trial.refusal.message}`);
}

/** Whether a value has nothing in it that only `up` will know, or that is a secret. */
function isKnown(value: unknown): boolean {
  if (pulumi.Output.isInstance(value)) return false;
  if (typeof value !== "object" || value === null) return true;
  return !pulumi.isUnknown(value) && Object.values(value).every(isKnown);
}
