import type { V1Pod } from "@kubernetes/client-node";
import Table from "cli-table3";
import { addedContainers } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import { defaultNamespace as namespace } from "../../lib/names.ts";
import type { Kubernetes } from "../landscape/kubernetes/client.ts";
import type { Kept } from "./count.ts";
import type { Sent } from "./load.ts";

/** What became of the spans of a group. */
export interface Row extends Kept {
  group: string;
  sent: number;
  again: number;
  lost: number;
  duplicates: number;
}

export function rowsOf(sent: ReadonlyMap<string, Sent>, kept: ReadonlyMap<string, Kept>): Row[] {
  return [...sent].map(([group, { spans: offered, again }]) => {
    const { documents, spans } = kept.get(group) ?? { documents: 0, spans: 0 };
    return { group, sent: offered, again, documents, spans, lost: offered - spans, duplicates: documents - spans };
  });
}

export function tableOf(rows: readonly Row[]): string {
  const table = new Table({
    head: ["group", "sent", "sent again", "documents", "spans", "lost", "duplicates"],
    style: { head: [], border: [], compact: true },
  });
  for (const { group, sent, again, documents, spans, lost, duplicates } of rows) {
    table.push([group, sent, again, documents, spans, lost, duplicates]);
  }
  return table.toString();
}

/** How often the containers of the stack were started, by `pod/container`. */
export async function startsOf({ core }: Kubernetes): Promise<Map<string, number>> {
  const { items } = await core.listNamespacedPod({ namespace });
  return new Map(
    items.flatMap(({ metadata, status }: V1Pod) =>
      [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
        ({ name, restartCount }) => [`${metadata!.name!}/${name}`, restartCount] as const,
      ),
    ),
  );
}

/** Containers that were started since: new pods, and new starts in old ones. */
export function newStarts(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  return [...after].flatMap(([name, count]) => {
    const known = before.get(name);
    if (known === undefined) return [`${name} is new`];
    return count > known ? [`${name} was started again, ${count - known} times`] : [];
  });
}

/**
 * Warnings and errors in the logs of the pipeline, the agents' too, by message: where spans were held up, and where they went.
 *
 * @param services whose pods have the agents.
 */
export async function complaints(
  { core }: Kubernetes,
  services: readonly Pick<Service, "namespace">[],
  since: number,
): Promise<string[]> {
  const { agent } = addedContainers;
  const programs = async (home: string) => {
    const { items } = await core.listNamespacedPod({ namespace: home });
    return items.flatMap(({ metadata, spec }) => {
      const containers =
        home === namespace ? spec?.containers : spec?.initContainers?.filter(({ name }) => name === agent);
      return (containers ?? []).map(({ name: container }) => ({ namespace: home, name: metadata!.name!, container }));
    });
  };
  const homes = new Set([namespace, ...services.map((service) => service.namespace)]);
  const counts = new Map<string, number>();
  for (const program of (await Promise.all([...homes].map(programs))).flat()) {
    const sinceSeconds = Math.ceil((Date.now() - since) / 1_000);
    const log = await core.readNamespacedPodLog({ ...program, sinceSeconds }).catch(() => "");
    for (const line of log.split("\n")) {
      const message = complaint(line);
      if (message) {
        const text = `${program.container}: ${message}`;
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([text, count]) => `${count} × ${text}`);
}

/** The message of a collector's line about a warning or an error, without what differs from line to line. */
export function complaint(line: string): string | undefined {
  try {
    const {
      level,
      msg,
      error,
      dropped_items,
      rejected_items,
      "otelcol.signal": signal,
    } = JSON.parse(line) as Record<string, unknown>;
    if (level !== "warn" && level !== "error") return undefined;
    // What an agent could not tell of itself is in its next report.
    if (signal === "metrics") return undefined;
    const reason = typeof error === "string" ? `: ${error.replaceAll(/\d+/g, "N").slice(0, 160)}` : "";
    return `${String(msg)}${reason}${dropped_items === undefined ? "" : " (spans dropped)"}${rejected_items === undefined ? "" : " (spans refused)"}`;
  } catch {
    return undefined;
  }
}
