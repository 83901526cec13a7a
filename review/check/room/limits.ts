import type { V1LimitRange } from "@kubernetes/client-node";
import { stop, type Finding } from "../finding.ts";
import { amount, quantityOf } from "../quantity.ts";
import { askedBy, podNeeds, type Defaults } from "./needs.ts";
import type { PlannedDisk, PlannedPods } from "./planned.ts";

/** Something whose size a limit range bounds. */
interface Sized {
  what: string;
  /** Undefined: it does not say. */
  asks: (resource: string) => { least: number | undefined; most: number | undefined };
}

/** Limit ranges of the stack's own namespace that refuse a container, a pod or a disk which is to come. */
export function judgeLimits(
  ranges: readonly V1LimitRange[],
  { pods, disks, defaults }: { pods: readonly PlannedPods[]; disks: readonly PlannedDisk[]; defaults: Defaults },
): Finding[] {
  const sized: Readonly<Record<string, Sized[]>> = {
    Container: pods.flatMap(({ workload, spec }) =>
      [...spec.containers, ...(spec.initContainers ?? [])].map((container) => ({
        what: `container ${container.name} of ${workload}`,
        asks: (resource: string) => ({
          least: askedBy(container, "requests", resource, defaults),
          most: askedBy(container, "limits", resource, defaults),
        }),
      })),
    ),
    Pod: pods.map(({ workload, spec }) => {
      const needs = podNeeds(spec, defaults);
      const all = [...spec.containers, ...(spec.initContainers ?? [])];
      const asked = (kind: "requests" | "limits", resource: string) =>
        // A sum of nothing is no value.
        all.some((one) => askedBy(one, kind, resource, defaults) !== undefined)
          ? needs[`${kind}.${resource}`]
          : undefined;
      return {
        what: `a pod of ${workload}`,
        asks: (resource) => ({ least: asked("requests", resource), most: asked("limits", resource) }),
      };
    }),
    PersistentVolumeClaim: disks.map(({ name, storage }) => ({
      what: `the disk ${name}`,
      asks: () => ({ least: storage, most: storage }),
    })),
  };
  return ranges.flatMap(({ metadata, spec }) =>
    (spec?.limits ?? []).flatMap(({ type, min = {}, max = {} }) => {
      const found = [
        // Where there is a bound, Kubernetes wants to be told a value. To containers it gives one, see `defaultsOf`.
        ...outside(sized[type] ?? [], min, ({ least }, bound) => (least ?? -Infinity) < bound, "at least"),
        ...outside(sized[type] ?? [], max, ({ most }, bound) => (most ?? Infinity) > bound, "at most"),
      ];
      const more = found.length > 1 ? `, and ${found.length - 1} more like it` : "";
      return found.length === 0
        ? []
        : [
            stop(
              `the LimitRange ${metadata?.name} refuses ${found[0]}${more}`,
              "other sizes in the stack file, or another LimitRange",
            ),
          ];
    }),
  );
}

function outside(
  all: readonly Sized[],
  bounds: Readonly<Record<string, string>>,
  isOutside: (asked: ReturnType<Sized["asks"]>, bound: number) => boolean,
  words: string,
): string[] {
  return Object.entries(bounds).flatMap(([resource, bound]) =>
    all
      .filter(({ asks }) => isOutside(asks(resource), amount(bound)))
      .map(({ what, asks }) => {
        const { least, most } = asks(resource);
        const value = words === "at least" ? least : most;
        const has = value === undefined ? "none" : quantityOf(resource, value);
        return `${what}: ${words} ${bound} of ${resource}, and it has ${has}`;
      }),
  );
}
