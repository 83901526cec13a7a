import type { KubernetesObject } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { AskError } from "../../lib/ask-error.ts";

/** A StatefulSet as the cluster has it. Undefined: there is none, or nobody may read it. */
export type LiveStatefulSet = (KubernetesObject & { spec?: { serviceName?: string } }) | undefined;

/** Reads one by its name in the stack's namespace. */
type Read = (name: string) => Promise<LiveStatefulSet>;

interface Inputs {
  metadata: { name: string };
  spec: { serviceName: string };
}

/**
 * Has a StatefulSet that is about to be made anew not tried in a preview on the one that is there. The provider applies the
 * new one to the old one, without keeping it, and takes the refusal ("updates to statefulset spec … are forbidden") for that of the
 * new one: no preview could ever pass, and with it no `up` (pulumi/pulumi-kubernetes#3984). What is not known yet it does not try;
 * so the field for whose sake it is made anew is not, as long as it is a preview.
 */
export function setAsideMadeAnew({ settings: { cluster } }: Pick<Context, "settings">): pulumi.ResourceTransformation {
  let reading: Promise<Read> | undefined;
  return withServiceName(async (name) => {
    try {
      return await (
        await (reading ??= readerOf(cluster))
      )(name);
    } catch (error) {
      // The cluster is out of reach: the look before touching has said so.
      if (error instanceof AskError) return undefined;
      throw error;
    }
  });
}

/** @param read the one that is there. */
export function withServiceName(read: Read): pulumi.ResourceTransformation {
  return ({ type, props, opts }) => {
    if (!pulumi.runtime.isDryRun() || type !== "kubernetes:apps/v1:StatefulSet") return undefined;
    const { metadata, spec } = props as Inputs;
    const serviceName = pulumi.output(
      read(metadata.name).then((live): unknown =>
        live?.spec && live.spec.serviceName !== spec.serviceName ? pulumi.unknown : spec.serviceName,
      ),
    );
    return { props: { ...props, spec: { ...spec, serviceName } }, opts };
  };
}

/** The cluster's client takes seconds to load. */
async function readerOf(cluster: Context["settings"]["cluster"]): Promise<Read> {
  const [{ loadKubeConfig }, { ask, read }, { objects }] = await Promise.all([
    import("../../lib/kubeconfig.ts"),
    import("./answer.ts"),
    import("./read.ts"),
  ]);
  const api = objects(loadKubeConfig(cluster));
  const { namespace } = cluster;
  return async (name) => {
    const one = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name, namespace } };
    return read(await ask(() => api.read<NonNullable<LiveStatefulSet>>(one)));
  };
}
