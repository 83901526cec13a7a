import { configurationsOf } from "./configurations.ts";
import { at, isRecord, join, list, opened, record, recordsIn, text, within } from "./value.ts";
import type { Json } from "./value.ts";
import type { KubernetesObject } from "./objects.ts";
import type { Resource } from "./resource.ts";

interface Place {
  readonly value: Json;
  readonly path: string;
}

/** What has a chart, a folder or an image of manifests deployed, by Pulumi or by somebody in the cluster. */
export interface Release {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly values: readonly Place[];
  /** What it takes from elsewhere, each with its place: nobody here can read it. */
  readonly unread: readonly Unread[];
}

export interface Unread {
  readonly path: string;
  readonly what: string;
}

export const isHelmRelease = ({ type }: Resource): boolean => /^kubernetes:helm\.sh\/v\d+:Release$/.test(type);

/** The release that a resource of Pulumi is. */
export const releaseOf = (resource: Resource): Release => ({
  name: text(resource.props["name"]) ?? resource.name,
  namespace: text(resource.props["namespace"]),
  ...read(resource, [{ value: resource.props, path: "" }]),
});

/** Who deploys in the cluster, by group and kind: where it says the values, and into which namespace. */
const deliverers: readonly (readonly [RegExp, (spec: Json, path: string) => Place[], (spec: Json) => unknown])[] = [
  [/^helm\.toolkit\.fluxcd\.io\/HelmRelease$/, itself, (spec) => spec["targetNamespace"]],
  [/^helm\.cattle\.io\/HelmChart(?:Config)?$/, itself, (spec) => spec["targetNamespace"]],
  [/^helm\.crossplane\.io\/Release$/, forProvider, (spec) => at(spec, "forProvider", "namespace")],
  [/^addons\.cluster\.x-k8s\.io\/HelmChartProxy$/, itself, (spec) => spec["namespace"]],
  [/^argoproj\.io\/Application$/, helm, (spec) => at(spec, "destination", "namespace")],
  [/^argoproj\.io\/ApplicationSet$/, helm, (spec) => at(spec, "template", "spec", "destination", "namespace")],
  [/^fleet\.cattle\.io\/(?:Bundle|GitRepo)$/, helm, (spec) => spec["defaultNamespace"] ?? spec["targetNamespace"]],
  [/^kustomize\.toolkit\.fluxcd\.io\/Kustomization$/, () => [], (spec) => spec["targetNamespace"]],
];

function itself(value: Json, path: string): Place[] {
  return [{ value, path }];
}
function forProvider(spec: Json, path: string): Place[] {
  return [{ value: record(spec["forProvider"]), path: join(path, "forProvider") }];
}
function helm(spec: Json, path: string): Place[] {
  return [...recordsIn(spec, path)].filter(({ path: of }) => of.endsWith(".helm"));
}

/** The release that an object of Flux, Argo CD and their like is; undefined for all others. */
export function delivered(object: KubernetesObject): Release | undefined {
  const kind = `${object.apiVersion.split("/", 1)[0]!}/${object.kind}`;
  const [, places, namespace] = deliverers.find(([of]) => of.test(kind)) ?? [];
  if (!places || !namespace) return undefined;
  const spec = record(object.body["spec"]);
  const path = within(object.path, "spec");
  const { values, unread } = read(object.resource, places(spec, path));
  return {
    name: text(spec["releaseName"]) ?? object.name,
    namespace: text(namespace(spec)) ?? object.namespace,
    values,
    unread: [...unread, ...manifests(object, spec, path)],
  };
}

/** Values as objects, as texts, and one by one. */
function read(resource: Resource, places: readonly Place[]): Pick<Release, "values" | "unread"> {
  const values = places.flatMap(({ value, path }) => [
    ...["values", "valuesObject"]
      .filter((key) => isRecord(value[key]))
      .map((key) => ({ value: record(value[key]), path: join(path, key) })),
    ...textKeys.flatMap((key) => texts(resource, join(path, key))),
    ...["set", "parameters"].map((key) => ({ value: single(value[key]), path: join(path, key) })),
  ]);
  const unread = places.flatMap(({ value, path }) => [
    ...textKeys
      .filter((key) => /\{\{/.test(text(value[key]) ?? ""))
      .map((key) => ({ path: join(path, key), what: "values with placeholders" })),
    ...textKeys
      .filter((key) => /\S/.test(text(value[key]) ?? "") && texts(resource, join(path, key)).length === 0)
      .map((key) => ({ path: join(path, key), what: "values that are no YAML" })),
    ...remoteKeys.flatMap((key) =>
      list(value[key]).map((of, index) => ({ path: within(path, key, index), what: `values of ${named(of)}` })),
    ),
  ]);
  return { values, unread };
}
const textKeys = ["values", "valuesContent", "valuesTemplate"];
const remoteKeys = ["valuesFrom", "valueFiles", "valuesFiles", "valueYamlFiles", "fileParameters", "valuesSecrets"];

const texts = (resource: Resource, path: string): readonly Place[] =>
  configurationsOf(resource).filter((of) => of.path === `${path} »`);

const named = (of: unknown): string =>
  text(of) ?? [at(of, "kind"), at(of, "name"), at(of, "path")].map(text).filter(Boolean).join(" ");

/** `query.service.type` and its value, as `helm --set` takes them. */
function single(given: unknown): Json {
  const pairs = isRecord(given)
    ? Object.entries(given)
    : list(given).map((one): [string, unknown] => [text(at(one, "name")) ?? "", at(one, "value")]);
  const found: Json = {};
  for (const [name, value] of pairs) put(found, name.match(/(?:\\.|[^.[\]])+/g) ?? [], typed(value));
  return found;
}

function put(into: Json, keys: readonly string[], value: unknown): void {
  const [first, ...rest] = keys;
  if (first === undefined) return;
  const key = first.replaceAll("\\", "");
  if (rest.length === 0) into[key] = value;
  else put(opened(into, key), rest, value);
}

const typed = (value: unknown): unknown =>
  value === "true"
    ? true
    : value === "false"
      ? false
      : typeof value === "string" && /^\d+$/.test(value)
        ? +value
        : value;

/** Manifests that are somewhere else: who deploys them says only where. */
function manifests({ kind }: KubernetesObject, spec: Json, path: string): Unread[] {
  if (kind === "Kustomization")
    return [
      { path: join(path, "sourceRef"), what: `what ${named(spec["sourceRef"])} has in ${text(spec["path"]) ?? "./"}` },
    ];
  if (kind === "GitRepo")
    return [{ path: join(path, "repo"), what: `what is in ${text(spec["repo"]) ?? "the repository"}` }];
  if (spec["templatePatch"] !== undefined)
    return [{ path: join(path, "templatePatch"), what: "what its placeholders stand for" }];
  return [...recordsIn(spec, path)]
    .filter(({ value }) => text(value["repoURL"]) !== undefined && value["chart"] === undefined && "path" in value)
    .map(({ value, path: of }) => ({
      path: join(of, "path"),
      what: `what ${text(value["repoURL"])!} has in ${text(value["path"]) ?? "./"}`,
    }));
}
