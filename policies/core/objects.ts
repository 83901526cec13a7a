import { recordsOf } from "./configurations.ts";
import { meantBy } from "./chart-values.ts";
import { patched } from "./json-patches.ts";
import { madeByOperator } from "./operators.ts";
import { delivered, isHelmRelease, releaseOf } from "./releases.ts";
import { isRecord, join, record, remembered, text } from "./value.ts";
import type { Json } from "./value.ts";
import type { Release } from "./releases.ts";
import type { Resource } from "./resource.ts";

/** An object of Kubernetes, wherever it is written: a resource, in a list, in values of a chart, in a text. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** It changes an object of somebody else, and says only what it changes. */
  readonly patch: boolean;
  /** Made of a chart's values or by an operator: what they do not say is the chart's business. */
  readonly chart: boolean;
  readonly body: Json;
  /** Where `body` is in the resource's inputs. */
  readonly path: string;
  readonly resource: Resource;
}

/** The objects that a resource brings into a cluster. */
export const objectsOf = remembered((resource: Resource): KubernetesObject[] => {
  const written = writtenIn(resource);
  return [
    ...written,
    ...(isHelmRelease(resource) ? ofRelease(releaseOf(resource), resource) : []),
    ...written.flatMap((object) => {
      const release = delivered(object);
      if (release) return ofRelease(release, resource);
      return madeByOperator(object);
    }),
  ];
});

function writtenIn(resource: Resource): KubernetesObject[] {
  const [provider, group = "", token = ""] = resource.type.split(":");
  const whole = provider === "kubernetes" && !isHelmRelease(resource);
  const patch = whole && token.endsWith("Patch");
  const apiVersion = text(resource.props["apiVersion"]) ?? group.replace(/^core\//, "");
  const kind = text(resource.props["kind"]) ?? (patch ? token.slice(0, -"Patch".length) : token);
  const found = whole
    ? unfolded({ apiVersion, kind, patch, chart: false, body: resource.props, path: "", resource })
    : [];
  const outer = found[0] && (delivered(found[0])?.namespace ?? found[0].namespace);
  const namespace = outer ?? (whole ? undefined : text(resource.props["namespace"]));
  const places = new Set(found.map(({ path }) => path));
  // Objects inside of other inputs and texts: `extraObjects` of a chart, manifests of a component, patches of Kustomize.
  for (const { value, path } of recordsOf(resource)) {
    const of = path === "" || places.has(path) ? undefined : embedded(value, path);
    if (!of) continue;
    const objects = unfolded({ ...of, patch: patch || of.patch, chart: false, resource }, namespace);
    for (const { path: at } of objects) places.add(at);
    found.push(...objects);
  }
  return found;
}

/** The object that is written there, or that a patch there says a part of. */
function embedded(value: Json, path: string) {
  const change = "patch" in value ? patched(value) : undefined;
  const body = change ?? value;
  const [apiVersion, kind] = [text(body["apiVersion"]), text(body["kind"])];
  // `scaleTargetRef` and `ownerReferences` name an object, they are none: those have neither metadata nor spec.
  if (!apiVersion || !kind || !(isRecord(body["metadata"]) || isRecord(body["spec"]))) return undefined;
  const patch = change !== undefined || /\bpatch\b/.test(path);
  return { apiVersion, kind, body, patch, path: change ? join(path, "patch") : path };
}

/** @param namespace where it goes if it does not say so itself */
function unfolded(object: Omit<KubernetesObject, "name" | "namespace">, namespace?: string): KubernetesObject[] {
  const items = object.body["items"];
  if (object.kind.endsWith("List") && Array.isArray(items)) {
    const kind = object.kind.slice(0, -"List".length);
    return items.filter(isRecord).flatMap((body, index) =>
      unfolded(
        {
          ...object,
          apiVersion: text(body["apiVersion"]) ?? object.apiVersion,
          kind: text(body["kind"]) ?? kind,
          body,
          path: join(join(object.path, "items"), index),
        },
        namespace,
      ),
    );
  }
  const metadata = record(object.body["metadata"]);
  return [
    {
      ...object,
      name: text(metadata["name"]) ?? object.resource.name,
      namespace: text(metadata["namespace"]) ?? namespace,
    },
  ];
}

const ofRelease = ({ name, namespace, values }: Release, resource: Resource): KubernetesObject[] =>
  values
    .flatMap(({ value, path }) => meantBy(value, path, name))
    .map((of) => ({ ...of, name, namespace, patch: false, chart: true, resource }));
