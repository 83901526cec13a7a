import { spawn } from "node:child_process";
import { createSign, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import { gatewayConfig, keySet } from "../../../components/collector/gateway-config.ts";
import { renderYaml } from "../../../components/kubernetes/yaml.ts";
import type { Settings } from "../../../config/settings.ts";
import { readStack } from "../../../config/stack-file.ts";
import { gatewayAudience } from "../../../lib/names.ts";
import { binary } from "../../toolchain/index.ts";
import type { ResourceSpans } from "../../../lib/planted/otlp.ts";
import { receivedOf, type Received } from "./received.ts";

const stack = readStack("local");

/** The landscape whose gateway is tried. Processors differ from those of other stacks by their services only. */
export const { landscape } = stack;

/** With the strictest choice for span links: what is kept of them by default is for the store to leave out. */
const settings: Settings = { ...stack.settings, privacy: { ...stack.settings.privacy, spanLinks: "drop" } };

type Processors = Record<string, object>;

/** What runs in the gateway's pipeline, in its order. */
export function gatewayProcessors(): Processors {
  const { processors, service } = gatewayConfig({ settings, landscape });
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

/** Who a token is for. */
export interface Sender {
  namespace: string;
  serviceAccount: string;
}

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A token as the cluster would sign it. */
export function tokenOf({ namespace, serviceAccount }: Sender): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: settings.cluster.serviceAccountIssuer,
    aud: [gatewayAudience],
    sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
    iat: now,
    exp: now + 3600,
  };
  const unsigned = `${part({ alg: "RS256" })}.${part(claims)}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(privateKey, "base64url")}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return address.port;
}

/** Takes what the gateway sends on, without a look at it. */
async function startSink(): Promise<{ port: number; take(): Buffer[]; stop(): void }> {
  let requests: Buffer[] = [];
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  const keep: handleUnaryCall<Buffer, Buffer> = (call, answer) => {
    requests.push(call.request);
    answer(null, Buffer.alloc(0));
  };
  const same = (bytes: Buffer) => bytes;
  server.register("/opentelemetry.proto.collector.trace.v1.TraceService/Export", keep, same, same, "unary");
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    take() {
      const taken = requests;
      requests = [];
      return taken;
    },
    stop: () => server.forceShutdown(),
  };
}

const running = new Set<Gateway>();

/** Folder of the gateways' files. It goes with the last of them. */
const files = mkdtempSync(join(tmpdir(), "redaction-"));
let stopping = false;

/** Ends every gateway that still runs, and those that are about to: a check must leave none behind, Ctrl-C included. */
export async function stopAll(): Promise<void> {
  stopping = true;
  await Promise.all([...running].map((gateway) => gateway.stop()));
  rmSync(files, { recursive: true, force: true });
}

/**
 * Starts the collector with these processors and the gateway's way of knowing senders. Its ends are on the loopback: spans come
 * by HTTP, and go to this process at once, without a queue, so that an answer means that all has arrived.
 */
export async function startGateway(processors: Processors): Promise<Gateway> {
  const [sink, port, folder] = await Promise.all([startSink(), freePort(), mkdtemp(join(files, "gateway-"))]);
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
  await Promise.all([
    writeFile(keys, keySet([publicKey.export({ type: "spki", format: "pem" }).toString()])),
    writeFile(join(folder, "config.yaml"), renderYaml(config)),
  ]);
  if (stopping) throw new Error("Interrupted.");
  const child = spawn(binary("otelcol-contrib"), [`--config=${join(folder, "config.yaml")}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, "exit");

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
  const gateway: Gateway = {
    async send(resourceSpans, sender) {
      const requests = await post(JSON.stringify({ resourceSpans }), tokenOf(sender));
      return { received: requests.flatMap(receivedOf), raw: Buffer.concat(requests) };
    },
    sendRaw: async (request, token) => Buffer.concat(await post(request, token)),
    async cpuSeconds() {
      const stat = await readFile(`/proc/${child.pid}/stat`, "utf8");
      const [user, system] = stat
        .slice(stat.lastIndexOf(")") + 2)
        .split(" ")
        .slice(11, 13);
      // The kernel counts in hundredths of a second for programs, whatever its own clock.
      return (Number(user) + Number(system)) / 100;
    },
    async stop() {
      if (!running.delete(gateway)) return;
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await ended;
      sink.stop();
    },
  };
  running.add(gateway);
  for (const deadline = Date.now() + 30_000; ;) {
    if (child.exitCode !== null) {
      await gateway.stop();
      throw new Error(`The collector does not start with these processors:\n${log}`);
    }
    const nobody = tokenOf({ namespace: "none", serviceAccount: "none" });
    if (await post("{}", nobody).catch(() => undefined)) break;
    if (Date.now() > deadline) {
      await gateway.stop();
      throw new Error(`The collector does not answer:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return gateway;
}
