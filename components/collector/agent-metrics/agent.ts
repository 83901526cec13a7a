import type { Service } from "../../../config/landscape.ts";
import type { Settings } from "../../../config/settings.ts";
import { counting } from "../../otel/collector-parts.ts";
import { onlyCounters } from "./only-counters.ts";

/** How often an agent tells what it has counted since it started, milliseconds. */
const intervalMs = 60_000;

/** What is added to of an agent. */
interface AgentConfig {
  processors: object;
  exporters: { otlp_grpc: object };
  service: { pipelines: object; telemetry: object };
}

/**
 * The agent's configuration with what it tells of itself. It has no certificate, and a port of its own in somebody's pod is not
 * for it to open: so it hands its counters to the receiver that it has, and on the way that spans go. Unchanged where nobody is
 * to read them.
 */
export function tellingOfItself<T extends AgentConfig>(
  config: T,
  { wiring }: Pick<Service, "wiring">,
  monitoring: Settings["monitoring"],
): T {
  if (!monitoring) return config;
  const { processors, exporters, service } = config;
  const filter = onlyCounters();
  const toGateway = {
    ...exporters.otlp_grpc,
    // What is not delivered is in the next report: it needs no room.
    sending_queue: { enabled: false },
    retry_on_failure: { enabled: false },
    // Reports have a few hundred bytes. By itself it is half a MiB.
    write_buffer_size: 4096,
  };
  return {
    ...config,
    processors: { ...processors, ...filter },
    exporters: { ...exporters, "otlp_grpc/own": toGateway },
    service: {
      ...service,
      pipelines: {
        ...service.pipelines,
        metrics: { receivers: ["otlp"], processors: Object.keys(filter), exporters: ["otlp_grpc/own"] },
      },
      telemetry: counting(`http://127.0.0.1:${wiring.agentPorts.http}`, "basic", intervalMs),
    },
  };
}
