import type { V1PodSpec } from "@kubernetes/client-node";
import { instrumentationOf } from "../../components/wiring/instrumentation.ts";
import { addedContainers } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import { imageOf, type Settings } from "../../config/settings.ts";
import type { ImageName } from "../../config/versions.ts";

/** An image that pods are going to need, and what is known of them. */
export interface ImageUse {
  /** Whose pods: `shop-api`, `namespace tracing`. */
  who: string;
  image: string;
  /** What the settings say, if a webhook of the cluster puts another one in its place. */
  insteadOf?: string | undefined;
  /** Line of the stack file that names another image. */
  write: string;
  /** Secrets by which the pods pull. */
  pullSecrets: readonly string[];
  /** Line of the stack file that names such a Secret. */
  writeSecret: string;
  /** Labels of the nodes on which the pods may run. */
  nodeSelector: Readonly<Record<string, string>>;
  /** Nodes on which they run already. */
  nodeNames: readonly string[];
}

const overrideOf = (name: ImageName) => `images: {overrides: {${name}: …}}`;

/** The images of the stack's own pods. */
export function ownImages({ elasticsearch, images, pods }: Settings, namespace: string): ImageUse[] {
  const names: ImageName[] = [
    "collector",
    "jaeger",
    "oauth2Proxy",
    "vault",
    ...(elasticsearch.mode === "managed" ? (["elasticsearch"] as const) : []),
  ];
  return names.map((name) => ({
    who: `namespace ${namespace}`,
    image: imageOf({ images }, name),
    write: overrideOf(name),
    pullSecrets: pods.pullSecrets,
    writeSecret: "pods: {pullSecrets: […]}",
    nodeSelector: pods.nodeSelector,
    nodeNames: [],
  }));
}

/**
 * The images that the patch adds to the pods of a service.
 *
 * @param pod as the cluster would admit it, with what service account and webhooks put in; else as the patch has it.
 * @param nodeNames nodes on which its pods run.
 */
export function addedImages(
  { images }: Pick<Settings, "images">,
  service: Service,
  { initContainers = [], imagePullSecrets = [], nodeSelector = {} }: Partial<V1PodSpec>,
  nodeNames: readonly string[],
): ImageUse[] {
  const { image: runtimes } = instrumentationOf(service);
  const { instrumentationImage } = service.wiring;
  const added = [
    {
      name: addedContainers.instrumentation,
      own: instrumentationImage ?? imageOf({ images }, runtimes),
      write:
        instrumentationImage === undefined
          ? overrideOf(runtimes)
          : `services: {${service.id}: {instrumentationImage: …}}`,
    },
    { name: addedContainers.agent, own: imageOf({ images }, "collector"), write: overrideOf("collector") },
  ];
  return added.map(({ name, own, write }) => {
    const image = initContainers.find((container) => container.name === name)?.image ?? own;
    return {
      who: service.id,
      image,
      ...(image !== own && { insteadOf: own }),
      write,
      pullSecrets: imagePullSecrets.flatMap(({ name: secret }) => (secret ? [secret] : [])),
      writeSecret: `services: {${service.id}: {pullSecrets: […]}}`,
      nodeSelector,
      nodeNames,
    };
  });
}
