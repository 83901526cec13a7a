import { load } from "js-yaml";
import { storedGib, type Traffic } from "../../config/sizing.ts";
import { claimPrefix, elasticsearchName, samplerName, wiredService } from "../../lib/names.ts";
import { at, kindOf, list, objectName, text } from "../consequences/consequence.ts";
import { amount } from "../check/quantity.ts";
import { daysKept, keptBy } from "../consequences/retention.ts";
import type { Inputs, Step } from "../engine/steps.ts";

/** What a stack asks of its cluster, and what it stores. */
export interface Estimate {
  /** Cores that its own pods ask for. */
  readonly cpu: number;
  /** MiB that its own pods ask for. */
  readonly memoryMib: number;
  /** GiB of its volumes. */
  readonly diskGib: number;
  /** GiB of the volumes of the managed Elasticsearch, all nodes together. */
  readonly storeGib: number | undefined;
  /** Days that traces are kept; undefined if nothing deletes them. */
  readonly retentionDays: number | undefined;
  /** Share of ordinary traces that is kept, percent; undefined if there is no sampler. */
  readonly keptPercent: number | undefined;
  /** How often a span is stored. */
  readonly copies: number;
  /** Stored traces in GiB after `retentionDays`, or in one day if nothing deletes them. */
  readonly tracesGib: number | undefined;
  /** What the traced services send together, before sampling. */
  readonly load: Traffic;
}

/** What services send together, before sampling, by their ids: no resource says it. */
export type LoadOf = (services: readonly string[]) => Traffic;

/** Estimates one side of the steps. */
export function estimate(steps: readonly Step[], side: "before" | "after", loadOf: LoadOf): Estimate {
  const there = steps.flatMap((step) => (step[side] ? [{ step, inputs: step[side] }] : []));
  const of = (kind: string) => there.filter(({ step }) => kindOf(step) === kind);
  const workloads = [...of("Deployment"), ...of("StatefulSet")].map(({ inputs }) => demands(inputs));
  const sum = (key: "cpu" | "memoryMib") => workloads.reduce((total, one) => total + one[key], 0);
  const volumes = of("PersistentVolumeClaim").map(({ step, inputs }) => ({
    name: objectName(step),
    gib: amountOf(at(inputs, "spec", "resources", "requests", "storage")) / 2 ** 30,
  }));
  const diskGib = (of: (name: string) => boolean) =>
    volumes.reduce((total, { name, gib }) => total + (of(name) ? gib : 0), 0);
  const traces = there.find(({ step }) => keptBy(step) === "traces");
  const retentionDays = traces && daysKept(traces.inputs);
  const keptPercent = of("ConfigMap")
    .filter(({ inputs }) => text(at(inputs, "metadata", "name")) === `${samplerName}-config`)
    .map(({ inputs }) => share(text(at(inputs, "data", "config.yaml")) ?? ""))[0];
  const load = loadOf(there.flatMap(({ step }) => tracedService(step) ?? []));
  const copies = Math.max(1, ...of("ElasticsearchIndexTemplate").map(({ inputs }) => 1 + replicasOf(inputs)));
  return {
    cpu: sum("cpu"),
    memoryMib: sum("memoryMib"),
    diskGib: diskGib(() => true),
    storeGib: diskGib((name) => name.startsWith(claimPrefix(elasticsearchName))) || undefined,
    retentionDays,
    keptPercent,
    copies,
    load,
    tracesGib:
      keptPercent === undefined
        ? undefined
        : storedGib(load.bytesPerSecond, { days: retentionDays ?? 1, share: keptPercent / 100, copies }),
  };
}

/** The service that a step's patch is of. */
function tracedService({ components: [component = ""], type }: Step): string | undefined {
  return type.endsWith("Patch") ? wiredService(component) : undefined;
}

function demands(workload: Inputs): Pick<Estimate, "cpu" | "memoryMib"> {
  const pods = Number(at(workload, "spec", "replicas") ?? 1);
  const pod = at(workload, "spec", "template", "spec");
  // An init container that ends before the others start asks for nothing beside them.
  const running = [
    ...list(at(pod, "containers")),
    ...list(at(pod, "initContainers")).filter((container) => at(container, "restartPolicy") === "Always"),
  ];
  const requests = (key: string) =>
    running.reduce((total: number, container) => total + amountOf(at(container, "resources", "requests", key)), 0);
  return {
    cpu: pods * requests("cpu"),
    memoryMib: (pods * requests("memory")) / 2 ** 20,
  };
}

/** A quantity of Kubernetes as a number. Nothing asked for is nothing. */
const amountOf = (quantity: unknown): number => amount(text(quantity) ?? "0");

/** The share of ordinary traces of services that have none of their own. */
function share(config: string): number | undefined {
  const policies = list(at(load(config), "processors", "tail_sampling", "policies"));
  const ordinary = policies.find((policy) => ["share", "share-others"].includes(text(at(policy, "name")) ?? ""));
  const found = [ordinary, ...list(at(ordinary, "and", "and_sub_policy"))].map((policy) =>
    text(at(policy, "probabilistic", "sampling_percentage")),
  );
  return found.flatMap((percent) => (percent === undefined ? [] : [Number(percent)]))[0];
}

function replicasOf(template: Inputs): number {
  try {
    const settings = JSON.parse(text(at(template, "template", "settings")) ?? "{}") as Record<string, unknown>;
    return Number(settings["index.number_of_replicas"] ?? 0);
  } catch {
    return 0;
  }
}
