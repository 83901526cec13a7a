import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gatewayConfig } from "../../../components/collector/gateway-config.ts";
import { keySet } from "../../../components/collector/token-keys.ts";
import type { Settings } from "../../../config/settings.ts";
import { readStack } from "../../../config/stack-file.ts";
import type { ResourceSpans } from "../../../lib/planted/otlp.ts";
import { freePort, newFolder, startCollector } from "../collector/process.ts";
import { startSink } from "../collector/sink.ts";
import { signedToken, type Sender } from "../collector/token.ts";
import { receivedOf, type Received } from "../collector/received.ts";

const stack = readStack("local");

/** The landscape whose gateway is tried. Processors differ from those of other stacks by their services only. */
export const { landscape } = stack;

/** With the strictest choice for span links: what is kept of them by default is for the store to leave out. */
const settings: Settings = { ...stack.settings, privacy: { ...stack.settings.privacy, spanLinks: "drop" } };

type Processors = Record<string, object>;

/** What runs in the gateway's pipeline, in its order. */
export function gatewayProcessors(of: Parameters<typeof gatewayConfig>[0] = { settings, landscape }): Processors {
  const { processors, service } = gatewayConfig(of);
  const all = processors as Processors;
  return Object.fromEntries(service.pipelines.traces.processors.map((name) => [name, all[name]!]));
}

/** A gateway that is really running. */
export interface Gateway {
  /** Sends spans as the holder of a service account and gives back what left the gateway, also in its raw form. */
  send(spans: readonly ResourceSpans[], sender: Sender): Promise<{ received: Received[]; raw: Buffer }>;
  /** Sends a request that left a gateway before, in its raw form. */
  sendRaw(request: Buffer, token: string): Promise<Buffer>;
  /** CPU seconds that its process has used. */
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** What the gateway reads of the cluster that signs the tokens. */
export const clusterKeys: string = keySet([publicKey.export({ type: "spki", format: "pem" }).toString()]);

/** A token as the cluster would sign it. */
export function tokenOf(sender: Sender): string {
  return signedToken({ issuer: settings.cluster.serviceAccountIssuer, privateKey }, sender);
}

/**
 * Starts the collector with these processors and the gateway's way of knowing senders. Its ends are on the loopback: spans come
 * by HTTP, and go to this process at once, without a queue, so that an answer means that all has arrived.
 */
export async function startGateway(processors: Processors): Promise<Gateway> {
  const [sink, port, folder] = await Promise.all([startSink(), freePort(), newFolder()]);
  const { extensions } = gatewayConfig({ settings, landscape });
  const keys = join(folder, "keys.json");
  const config = {
    extensions: { oidc: { providers: [{ ...extensions.oidc.providers[0], public_keys_file: keys }] } },
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}`, auth: { authenticator: "oidc" } } } } },
    processors,
    exporters: {
      otlp_grpc: {
        endpoint: `127.0.0.1:${sink.port}`,
        tls: { insecure: true },
        compression: "none",
        sending_queue: { enabled: false },
        retry_on_failure: { enabled: false },
      },
    },
    service: {
      extensions: ["oidc"],
      pipelines: { traces: { receivers: ["otlp"], processors: Object.keys(processors), exporters: ["otlp_grpc"] } },
      telemetry: { logs: { level: "error" }, metrics: { level: "none" } },
    },
  };
  await writeFile(keys, clusterKeys);

  const post = async (body: string | Buffer, token: string) => {
    const type = typeof body === "string" ? "application/json" : "application/x-protobuf";
    const answer = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: "POST",
      headers: { "content-type": type, authorization: `Bearer ${token}` },
      body,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The gateway refused: ${answer.status} ${text}`);
    return sink.take();
  };
  const nobody = tokenOf({ namespace: "none", serviceAccount: "none" });
  const collector = await startCollector(config, folder, async () => Boolean(await post("{}", nobody)));
  return {
    async send(resourceSpans, sender) {
      const requests = await post(JSON.stringify({ resourceSpans }), tokenOf(sender));
      return { received: requests.flatMap(receivedOf), raw: Buffer.concat(requests) };
    },
    sendRaw: async (request, token) => Buffer.concat(await post(request, token)),
    cpuSeconds: () => collector.cpuSeconds(),
    async stop() {
      await collector.kill();
      sink.stop();
    },
  };
}
