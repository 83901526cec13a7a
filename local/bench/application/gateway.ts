import { newFolder, startCollector } from "../../checks/collector/process.ts";
import { gatewayName, ports, serviceHost } from "../../../lib/names.ts";
import { spansIn } from "./said.ts";
import { certificatesFor, listens, textOf } from "../pipeline/place.ts";

/** Stands for the gateway: takes what agents send, by TLS and as they pack it, and counts it. */
export interface GatewayStandIn {
  readonly host: string;
  readonly address: string;
  /** PEM: who signs its certificate. */
  readonly ca: string;
  /** Spans that have come so far. */
  readonly spans: () => number;
}

/** Not where agents listen, which have the same port. */
const address = "127.0.0.2";

/** @param namespace of the stack. */
export async function startGatewayStandIn(namespace: string): Promise<GatewayStandIn> {
  const host = serviceHost(gatewayName, namespace);
  const { certificate, key, ca } = await certificatesFor([address], [host]);
  const collector = await startCollector(
    {
      receivers: {
        otlp: {
          protocols: {
            grpc: {
              endpoint: `${address}:${ports.otlpGrpc}`,
              tls: { cert_file: certificate, key_file: key, min_version: "1.3" },
            },
          },
        },
      },
      // A line for each request, with the number of its spans.
      exporters: { debug: { verbosity: "basic", sampling_initial: 1_000_000 } },
      service: {
        pipelines: { traces: { receivers: ["otlp"], exporters: ["debug"] } },
        telemetry: { logs: { encoding: "json", sampling: { enabled: false } }, metrics: { level: "none" } },
      },
    },
    await newFolder(),
    () => listens(address, ports.otlpGrpc),
  );
  return { host, address, ca: await textOf(ca), spans: () => spansIn(collector.log()) };
}
