import type { Step } from "../check/managers.ts";
import { at, list, text } from "../consequences/consequence.ts";
import { isRecord } from "../report/shown.ts";

/** Who wrote a field, and when. */
export interface Author {
  readonly manager: string;
  /** As the API server writes it. */
  readonly time: string | undefined;
}

/** A field of an object, or an entry of a list, that somebody else than the stack has written. */
export interface TakenField extends Author {
  readonly path: readonly Step[];
  /** Written by way of `scale`, as autoscalers and `kubectl scale` do. */
  readonly scaled: boolean;
}

/** Controllers of Kubernetes: they bind claims, count revisions and the like. */
const controllers = ["kube-controller-manager", "kube-scheduler", "cloud-controller-manager", "kubelet"];

/** What `kubectl` writes for itself. A restart changes nothing of what the stack wants. */
const traces = [
  "kubectl.kubernetes.io/restartedAt",
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision",
];

/**
 * Fields of an object that were written by somebody else, as the API server keeps them in `managedFields`.
 *
 * @param object the live object.
 * @param own its field manager, and others whose writing is expected.
 */
export function takenFields(object: unknown, own: readonly string[]): TakenField[] {
  return list(at(object, "metadata", "managedFields")).flatMap((entry) => {
    const manager = text(at(entry, "manager")) ?? "somebody without a name";
    const subresource = text(at(entry, "subresource"));
    const scaled = subresource === "scale";
    if (own.includes(manager) || subresource === "status") return [];
    if (controllers.includes(manager) && !scaled) return [];
    return leaves(at(entry, "fieldsV1"))
      .filter((path) => !traces.some((trace) => path.at(-1) === trace))
      .map((path) => ({ path, manager, time: text(at(entry, "time")), scaled }));
  });
}

/** An autoscaler sets the number of pods. */
export const isAutoscaled = ({ manager, scaled, path }: TakenField): boolean =>
  scaled && controllers.includes(manager) && path.at(-1) === "replicas";

/** Whoever wrote last, if that was after the stack itself: of an object of which more is not known. */
export function lastAuthor(object: unknown, own: readonly string[]): Author[] {
  const entries = list(at(object, "metadata", "managedFields"));
  const since = entries.filter((entry) => own.includes(text(at(entry, "manager")) ?? ""));
  const [applied = ""] = since
    .map((entry) => text(at(entry, "time")) ?? "")
    .sort()
    .reverse();
  const [last] = takenFields(object, own)
    .filter(({ time }) => time !== undefined && time > applied)
    .sort((a, b) => (a.time! < b.time! ? 1 : -1));
  return last ? [{ manager: last.manager, time: last.time }] : [];
}

/** All who have written an object, but for its status. */
export const authorsOf = (object: unknown): Author[] => unique(takenFields(object, []));

/** Each one once. */
export const unique = (authors: readonly Author[]): Author[] => [
  ...new Map(authors.map(({ manager, time }) => [`${manager} ${time}`, { manager, time }])).values(),
];

/** Paths to the ends of a set of fields. An entry of a list that was made as a whole is an end. */
function leaves(fields: unknown, path: readonly Step[] = []): (readonly Step[])[] {
  if (!isRecord(fields)) return [];
  const inner = Object.entries(fields).filter(([key]) => key !== ".");
  // Members of a set, such as finalizers, have no path of their own.
  if (inner.length === 0 || inner.some(([key]) => !/^[fk]:/.test(key))) return path.length > 0 ? [path] : [];
  if ("." in fields && typeof path.at(-1) === "object") return [path];
  return inner.flatMap(([key, below]) => leaves(below, [...path, stepOf(key)]));
}

const stepOf = (key: string): Step =>
  key.startsWith("f:") ? key.slice(2) : (JSON.parse(key.slice(2)) as Record<string, string>);
