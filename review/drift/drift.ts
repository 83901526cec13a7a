import { isDeepStrictEqual } from "node:util";
import type { Inputs } from "../engine/steps.ts";
import type { Refresh, Refreshed } from "../engine/refreshed.ts";
import { commandToRemove } from "./commands.ts";
import { additions, pointerTo, valueAt, withValue } from "./fields.ts";
import { isAutoscaled, takenFields, unique, type Author } from "./owners.ts";
import type { Workload } from "../../components/wiring/live-patch.ts";
import { kindName, subjectOf } from "./subject.ts";
import { wiringDrift } from "./wiring.ts";

/** Something that is not as the last `up` left it. */
export interface Drift {
  /** URN of the resource; undefined for what is not the stack's. */
  readonly urn: string | undefined;
  readonly kind: string;
  /** Name that people know it by, with its namespace. */
  readonly subject: string;
  /** `stranger`: it is not the stack's, and stands in its namespace. */
  readonly what: "deleted" | "changed" | "unwired" | "stranger";
  readonly before?: Inputs;
  readonly after?: Inputs;
  /** What is missing of a patch; empty: all of it. */
  readonly lacks?: readonly string[];
  /** Who did it, as far as the API server knows. */
  readonly by: readonly Author[];
  /** What puts it back: an `up`, one that reads everything first, or commands of its own. */
  readonly mend: "up" | "refresh" | "commands";
  /** To be run before anything else. */
  readonly commands: readonly string[];
}

/** What differs from the last `up`, and is nobody's mistake. */
export interface Remark {
  readonly subject: string;
  readonly text: string;
}

/**
 * What differs from what the last `up` left.
 *
 * @param expected field managers of the company's own controllers, whose additions are none.
 * @param patches those of the settings, by `<namespace>/<name>`.
 */
export function driftOf(
  { resources }: Refresh,
  expected: readonly string[],
  patches: ReadonlyMap<string, Workload> = new Map(),
): { drifts: Drift[]; remarks: Remark[] } {
  const found = resources.map((resource) => judge(resource, expected, patches));
  return {
    drifts: found.flatMap((one) => (one && "kind" in one ? [one] : [])),
    remarks: found.flatMap((one) => (one && "text" in one ? [one] : [])),
  };
}

function judge(
  resource: Refreshed,
  expected: readonly string[],
  patches: ReadonlyMap<string, Workload>,
): Drift | Remark | undefined {
  const { urn, type, recorded, live } = resource;
  const of = { urn, kind: kindName(resource), subject: subjectOf(recorded, resource) };
  if (type.startsWith("pulumi:providers:")) return undefined;
  if (type.startsWith("kubernetes:") && type.endsWith("Patch"))
    return wiringDrift(resource, of, patches.get(of.subject));
  if (live === undefined) return { ...of, what: "deleted", by: [], mend: "refresh", commands: [] };
  const seen = resource.differing.length > 0;
  const changed = { ...of, what: "changed", before: recorded } as const;
  if (!type.startsWith("kubernetes:"))
    return seen ? { ...changed, after: live, by: [], mend: "refresh", commands: [] } : undefined;
  return judgeObject(resource, expected, changed);
}

/**
 * The provider reads of an object what it was told to set. What others have added to it is known by whom it belongs to: the API server
 * keeps that field by field.
 */
function judgeObject(
  { recorded, live, object, differing }: Refreshed,
  expected: readonly string[],
  changed: Pick<Drift, "urn" | "kind" | "subject" | "before"> & { what: "changed" },
): Drift | Remark | undefined {
  const taken = takenFields(object, [String(object?.["__fieldManager"]), ...expected]);
  const added = taken
    .map((field) => ({ field, more: additions(valueAt(recorded, field.path), valueAt(object, field.path)) }))
    .filter(({ more }) => more.length > 0);
  const seen = differing.length > 0;
  if (!seen && added.length === 0) return undefined;
  if (added.length === 0 && isDeepStrictEqual(differing, ["spec.replicas"]) && taken.some(isAutoscaled)) {
    const [was, is] = [recorded, live].map((inputs) => String(valueAt(inputs, ["spec", "replicas"])));
    return {
      subject: changed.subject,
      text: `an autoscaler runs ${is} pods instead of ${was}; an \`up\` with --refresh sets that back`,
    };
  }
  const overwritten = seen
    ? taken.filter(({ path }) => !isDeepStrictEqual(valueAt(recorded, path), valueAt(object, path)))
    : [];
  const after = added.reduce<unknown>(
    (view, { field: { path } }) => withValue(view, path, valueAt(object, path)),
    seen ? live : recorded,
  ) as Inputs;
  const pointers = added.flatMap(({ field, more }) => more.map((one) => pointerTo(object, field.path) + one));
  return {
    ...changed,
    after,
    by: unique([...added.map(({ field }) => field), ...overwritten]),
    mend: seen ? "refresh" : "commands",
    // What an `up` leaves of it, the next comparison shows: the engine takes out what kubectl has added.
    commands: seen ? [] : [commandToRemove(object, pointers)],
  };
}
