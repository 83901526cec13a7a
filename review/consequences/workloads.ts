import { isDeepStrictEqual } from "node:util";
import { elasticsearchName, samplerName } from "../../lib/names.ts";
import type { Step } from "../engine/steps.ts";
import { at, inputsOf, kindOf, list, objectName, text, type Consequence } from "./consequence.ts";

/** What a pod takes from its start until it serves, seconds. Elasticsearch reads its indices first. */
const startSeconds = (workload: string): number => (workload === elasticsearchName ? 60 : 30);

/** What it means that nobody serves. */
const meanwhile: Record<string, string> = {
  [elasticsearchName]: "Jaeger shows errors meanwhile; new spans wait on the sampler's disk, none is lost",
  [samplerName]: "new spans wait in the gateway and beside the applications meanwhile, as far as their queues reach",
};

/** Pods of Deployments and StatefulSets, ours and those that are patched. */
export function ofWorkloads(step: Step): Consequence[] {
  if (!step.type.startsWith("kubernetes:apps/")) return [];
  const kind = kindOf(step);
  if (kind.endsWith("Patch")) return ofApplication(step, kind.slice(0, -"Patch".length));
  return kind === "Deployment" || kind === "StatefulSet" ? ofOwn(step, kind) : [];
}

/** An application of the company, whose pods carry our containers. */
function ofApplication(step: Step, kind: string): Consequence[] {
  const { operation, before, after } = step;
  const subject = `${text(at(inputsOf(step), "metadata", "namespace")) ?? "default"}/${objectName(step)}`;
  const says = (what: string): Consequence[] => [
    { rank: "restarts", subject, text: `${what}: its pods are replaced, in the way that its ${kind} says` },
  ];
  if (operation === "create") return says("is traced from now on");
  if (operation === "delete") return says("is not traced any more");
  if (operation === "same") return [];
  return says(reason(before, after));
}

function ofOwn(step: Step, kind: "Deployment" | "StatefulSet"): Consequence[] {
  const { operation, before, after } = step;
  const subject = objectName(step);
  if (operation === "create" || operation === "same") return [];
  if (operation === "delete") return [{ rank: "away", subject, text: "is taken out, for good" }, ...ofVolumes(step)];
  const replicas = Number(at(after, "spec", "replicas") ?? 1);
  const old = Number(at(before, "spec", "replicas") ?? 1);
  const said: Consequence[] = [];
  if (operation === "replace") {
    said.push({ rank: "away", subject, text: away(subject, after, "is deleted and made again") }, ...ofVolumes(step));
  } else if (!isDeepStrictEqual(at(before, "spec", "template"), at(after, "spec", "template"))) {
    said.push(
      kind === "StatefulSet" && Math.min(replicas, old) < 2
        ? { rank: "away", subject, text: away(subject, after, reason(before, after)) }
        : { rank: "restarts", subject, text: `${reason(before, after)}: one pod after the other, without a pause` },
    );
  }
  if (replicas !== old) {
    const waits =
      kind === "StatefulSet" && replicas < old ? "; what waits on the disks of those that go is not delivered" : "";
    said.push({
      rank: waits ? "lost" : "later",
      subject,
      text: `runs ${replicas} pod${replicas === 1 ? "" : "s"} instead of ${old}${waits}`,
    });
  }
  return said;
}

function away(workload: string, after: unknown, why: string): string {
  const stop = Number(at(after, "spec", "template", "spec", "terminationGracePeriodSeconds") ?? 30);
  const minutes = Math.max(1, Math.round((stop + startSeconds(workload)) / 60));
  const means = meanwhile[workload];
  const time = `away for about ${minutes === 1 ? "a minute" : `${minutes} minutes`} (its one pod ends before the next one starts)`;
  return `${why}: ${time}${means ? `; ${means}` : ""}`;
}

/** What becomes of the volumes of a StatefulSet that goes. */
function ofVolumes(step: Step): Consequence[] {
  const claims = list(at(step.before, "spec", "volumeClaimTemplates"));
  if (claims.length === 0) return [];
  const subject = objectName(step);
  if (at(step.before, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") === "Delete")
    return [{ rank: "lost", subject, text: "its volumes are deleted with it, and all that is on them" }];
  const size = (of: unknown) =>
    text(at(of, "spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"));
  const [old, now] = [size(step.before), size(step.after)];
  const stays = "its volumes stay, with what is on them";
  return [
    {
      rank: "later",
      subject,
      text:
        old && now && old !== now
          ? `${stays} and with their old size: ${old} becomes ${now} for new pods only. Enlarge the claims by hand`
          : stays,
    },
  ];
}

/** Why pods are replaced, by what their description says. */
function reason(before: unknown, after: unknown): string {
  const images = (of: unknown) =>
    ["containers", "initContainers"].flatMap((key) =>
      list(at(of, "spec", "template", "spec", key)).map((container) => text(at(container, "image")) ?? ""),
    );
  const [old, now] = [images(before), images(after)];
  const changed = now.filter((image) => !old.includes(image));
  if (changed.length > 0) return `runs ${[...new Set(changed)].join(", ")}`;
  const pods = (of: unknown) => at(of, "spec", "template", "spec");
  return isDeepStrictEqual(pods(before), pods(after))
    ? "has a new configuration"
    : "has another description of its pods";
}
