import { storageGroups, unassignedGroup } from "../lib/names.ts";
import { parseDuration } from "../lib/time.ts";
import { resolveLandscape } from "./landscape.ts";
import type { Catalogue } from "./model.ts";
import { copiesOf } from "./retention.ts";
import { measuredTraffic } from "./settings/expected.ts";
import type { Settings } from "./settings.ts";
import { nothing, sumOf, type Demand, type Traffic } from "./sizing.ts";

/** What a stack's settings say of the load. Undefined: nothing. */
export function demandOf(catalogue: Catalogue, settings: Settings): Demand | undefined {
  const { expected, survive, sampling, sizes, replicas, retentionDays, elasticsearch } = settings;
  if (!expected && !survive.elasticsearchOutage) return undefined;
  const { services } = resolveLandscape(catalogue, settings);
  const groups = storageGroups(catalogue.groups).map((group) =>
    group === unassignedGroup
      ? nothing
      : sumOf(services.filter((one) => one.group === group).map(({ id }) => trafficOf(expected, id))),
  );
  return {
    groups,
    share: Math.max(sampling.percent, ...services.map(({ id }) => sampling.services[id] ?? 0)) / 100,
    decisionWaitSeconds: sizes.sampler.decisionWaitSeconds,
    outageSeconds: survive.elasticsearchOutage ? parseDuration(survive.elasticsearchOutage) / 1000 : 0,
    retentionDays,
    copies: copiesOf(elasticsearch),
    replicas,
  };
}

/**
 * What services send together, before sampling.
 *
 * @param services ids, also of services that the settings do not name.
 */
export function loadOf(services: readonly string[], { expected }: Pick<Settings, "expected">): Traffic {
  return sumOf(services.map((id) => trafficOf(expected, id)));
}

function trafficOf(expected: Settings["expected"], id: string): Traffic {
  const { tracesPerSecond, spansPerTrace, bytesPerSpan } = {
    ...measuredTraffic,
    ...expected,
    ...expected?.services[id],
  };
  const spansPerSecond = tracesPerSecond * spansPerTrace;
  return { tracesPerSecond, spansPerSecond, bytesPerSecond: spansPerSecond * bytesPerSpan };
}
