import { Agent, request } from "undici";
import { frontEndConfig } from "../../../components/collector/front-end-config.ts";
import { resolveLandscape } from "../../../config/landscape.ts";
import type { Settings } from "../../../config/settings.ts";
import { readStack } from "../../../config/stack-file.ts";
import { catalogue } from "../../landscape/catalogue.ts";
import { writeCertificate } from "../collector/certificate.ts";
import { freePort, newFolder, startCollector } from "../collector/process.ts";
import { startSink } from "../collector/sink.ts";

const stack = readStack("local");

/** The front end whose entry is tried. */
export const app = {
  id: "internet-shop",
  group: "shop",
  host: "spans.shop.example",
  origins: ["https://shop.example"],
};

/** So many spans a second go on. */
export const spansPerSecond = 50;

/** The local stack, with the front end open. Metrics are tried by a check of their own. */
export const settings: Settings = {
  ...stack.settings,
  monitoring: undefined,
  frontEnds: {
    apps: { [app.id]: { host: app.host, origins: app.origins } },
    ranges: ["10.8.0.0/16"],
    connectionsPerAddress: 50,
    spansPerSecond,
    percent: 0,
  },
};

export const landscape = resolveLandscape(catalogue, settings);

/** A request to the entry. */
interface Call {
  method?: "POST" | "OPTIONS";
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** An entry that is really running. */
export interface Entry {
  call(call: Call): Promise<{ status: number; headers: Record<string, unknown> }>;
  /** What has gone on to the gateway since the last call, in its raw form: waits for the limit of the rate. */
  left(): Promise<Buffer[]>;
  /** Sum of a counter of the collector's. @param name begins its line: with or without labels. */
  counter(name: string): Promise<number>;
  port: number;
  log(): string;
  stop(): Promise<void>;
}

/** Starts the collector with the entry's whole configuration: only addresses, files and the way to the gateway differ. */
export async function startEntry(): Promise<Entry> {
  const [sink, port, metricsPort, folder] = await Promise.all([startSink(), freePort(), freePort(), newFolder()]);
  const { certificate, files } = await writeCertificate(folder, app.host);
  const planned = frontEndConfig({ settings }, landscape.openFrontends[0]!);
  const { http } = planned.receivers.otlp.protocols;
  const exporter = planned.exporters.otlp_grpc;
  const config = {
    ...planned,
    extensions: {},
    receivers: {
      otlp: {
        protocols: {
          http: {
            ...http,
            endpoint: `127.0.0.1:${port}`,
            tls: { ...http.tls, cert_file: files.cert, key_file: files.key },
          },
        },
      },
    },
    exporters: {
      // The sink asks for no token.
      otlp_grpc: {
        ...exporter,
        endpoint: `127.0.0.1:${sink.port}`,
        auth: undefined,
        tls: { insecure: true },
        compression: "none",
      },
    },
    service: {
      ...planned.service,
      extensions: [],
      telemetry: {
        logs: { level: "warn" },
        metrics: {
          level: "detailed",
          readers: [{ pull: { exporter: { prometheus: { host: "127.0.0.1", port: metricsPort } } } }],
        },
      },
    },
  };
  const dispatcher = new Agent({ connect: { ca: certificate, servername: app.host } });
  const call = async ({ method = "POST", path = "/v1/traces", headers = {}, body }: Call) => {
    const answer = await request(`https://127.0.0.1:${port}${path}`, {
      method,
      dispatcher,
      headers: { "content-type": "application/json", ...headers },
      ...(body !== undefined && { body }),
    });
    await answer.body.dump();
    return { status: answer.statusCode, headers: answer.headers };
  };
  const collector = await startCollector(config, folder, async () => (await call({ body: "{}" })).status === 200);
  return {
    call,
    async left() {
      // The limit judges once a second, the exporter waits for more.
      await new Promise((resolve) => setTimeout(resolve, 3_500));
      return sink.take();
    },
    async counter(name) {
      const answer = await request(`http://127.0.0.1:${metricsPort}/metrics`);
      return (await answer.body.text())
        .split("\n")
        .filter((line) => line.startsWith(name))
        .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    },
    port,
    log: () => collector.log(),
    async stop() {
      await dispatcher.close();
      await collector.kill();
      sink.stop();
    },
  };
}
