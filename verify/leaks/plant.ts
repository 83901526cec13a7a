import { randomBytes } from "node:crypto";
import { harmless } from "../../lib/planted/harmless.ts";
import { attribute, type ResourceSpans } from "../../lib/planted/otlp.ts";
import { spanWith, type Change, type Plain } from "../../lib/planted/places.ts";
import { probes, type Probe } from "../../lib/planted/probes.ts";

/**
 * The attribute that says to people, and to whoever wants to leave them out, which spans are planted. Its value is the id of the run: the
 * redaction lets UUIDs through.
 */
const runKey = "correlation.id";

/** What people read in Jaeger. */
const spanName = "leak check";

/** A span that was planted. */
export interface Planted {
  group: string;
  traceId: string;
  spanId: string;
  span: ResourceSpans;
}

/** A planted span with a value that must not be stored. */
interface PlantedProbe extends Planted {
  probe: Probe;
}

/** A planted span with a value that must be stored as it is. */
interface PlantedControl extends Planted {
  key: string;
  value: string;
}

/** All that is planted in a group. */
export interface Plan {
  probes: readonly PlantedProbe[];
  controls: readonly PlantedControl[];
}

/**
 * The spans for a group. One trace a place: people who meet them find some forty traces, not thousands. All are errors, since
 * the sampler keeps those.
 *
 * @param run id of the run, a UUID.
 * @param now milliseconds since 1970.
 */
export function planted(group: string, run: string, now: number): Plan {
  const traces = new Map<string, string>();
  const plant = (trace: string, change: Change) => {
    const traceId = traces.get(trace) ?? randomBytes(16).toString("hex");
    traces.set(trace, traceId);
    const spanId = randomBytes(8).toString("hex");
    const plain: Plain = {
      traceId,
      spanId,
      name: spanName,
      startTimeUnixNano: `${now}000000`,
      endTimeUnixNano: `${now + 1}000000`,
      attributes: [attribute(runKey, run)],
      status: { code: 2 },
    };
    return { group, traceId, spanId, span: spanWith(change, plain) };
  };
  return {
    probes: probes().map((probe) => ({ ...plant(probe.place.id, probe.change), probe })),
    controls: harmless.map(({ key, value }) => ({
      ...plant("harmless", { span: { attributes: [attribute(key, value)] } }),
      key,
      value,
    })),
  };
}
