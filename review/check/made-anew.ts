import * as pulumi from "@pulumi/pulumi";

/** What is looked at of a StatefulSet that is there. */
export interface LiveStatefulSet {
  spec?: { serviceName?: string };
}

interface Inputs {
  metadata: { name: string };
  spec: { serviceName: string };
}

/**
 * Has a StatefulSet that is about to be made anew not tried in a preview on the one that is there. The provider applies the
 * new one to the old one, without keeping it, and takes the refusal ("updates to statefulset spec … are forbidden") for that of the
 * new one: no preview could ever pass, and with it no `up` (pulumi/pulumi-kubernetes#3984). What is not known yet it does not try;
 * so the field for whose sake it is made anew is not, as long as it is a preview.
 *
 * @param read the one of that name which is there. Undefined: there is none, or nobody knows.
 */
export function setAsideMadeAnew(
  read: (name: string) => Promise<LiveStatefulSet | undefined>,
): pulumi.ResourceTransformation {
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
