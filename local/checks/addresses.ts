/**
 * Whether the stack's collectors listen where their plans say: in a pod with an IPv4 address, and in one with an IPv6 address.
 * What listens is taken from the real configurations, without TLS and tokens, and on ports that nobody has.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { frontEndConfig } from "../../components/collector/front-end-config.ts";
import { gatewayConfig } from "../../components/collector/gateway-config.ts";
import { jaegerCollectorConfig } from "../../components/jaeger/config.ts";
import { readStack } from "../../config/stack-file.ts";
import { tryCases, type CollectorCase } from "./collector/cases.ts";
import { withoutFiles } from "./context.ts";
import { freePort, newFolder, startCollector } from "./collector/process.ts";

const podAddresses = { IPv4: "127.0.0.1", IPv6: "::1" };

const stack = readStack("local");
const frontEnds = { apps: {}, ranges: [], connectionsPerAddress: 1, spansPerSecond: 1, percent: 0 };
const context = withoutFiles({ ...stack, settings: { ...stack.settings, frontEnds } });
const frontend = { id: "internet-shop", group: "shop", host: "spans.example", origins: ["https://shop.example"] };

type Parts = Record<string, object>;
interface Program {
  name: "otelcol-contrib" | "jaeger";
  config: { extensions: object; receivers: object; exporters: object };
}

const programs: Readonly<Record<string, Program>> = {
  gateway: { name: "otelcol-contrib", config: gatewayConfig(context) },
  "entry of a front end": { name: "otelcol-contrib", config: frontEndConfig(context, frontend) },
  "Jaeger's collector": { name: "jaeger", config: jaegerCollectorConfig(context, stack.landscape.groups[0]!) },
};

const endpoint = /"(?<host>\[?\$\{env:POD_IP\}\]?):\d+"/g;

/** The parts that listen on the pod's address, each on a port of its own. */
async function listening(parts: object): Promise<{ parts: Parts; ports: number[] }> {
  const ports: number[] = [];
  const chosen: Parts = {};
  for (const [id, part] of Object.entries(parts)) {
    const text = JSON.stringify(part, (key, value: unknown) => (key === "tls" || key === "auth" ? undefined : value));
    const free = await Promise.all([...text.matchAll(endpoint)].map(freePort));
    if (free.length === 0) continue;
    ports.push(...free);
    const left = [...free];
    chosen[id] = JSON.parse(text.replace(endpoint, (_, host: string) => `"${host}:${left.shift()}"`)) as object;
  }
  return { parts: chosen, ports };
}

async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function faultsOf({ name, config }: Program, podAddress: string): Promise<string[]> {
  const [extensions, receivers, exporters] = await Promise.all(
    [config.extensions, config.receivers, config.exporters].map(listening),
  );
  const ports = [extensions!, receivers!, exporters!].flatMap((each) => each.ports);
  if (receivers!.ports.length === 0 || extensions!.ports.length === 0)
    return ["nothing of it listens on the pod's address"];
  const sink = name === "jaeger" ? "nop" : "debug";
  const pipeline = (from: Parts, to: Parts) => ({ receivers: Object.keys(from), exporters: Object.keys(to) });
  const mini = {
    extensions: extensions!.parts,
    receivers: receivers!.parts,
    exporters: { ...exporters!.parts, [sink]: {} },
    service: {
      extensions: Object.keys(extensions!.parts),
      pipelines: {
        traces: pipeline(receivers!.parts, { [sink]: {} }),
        ...(exporters!.ports.length > 0 && { metrics: pipeline(receivers!.parts, exporters!.parts) }),
      },
      telemetry: { logs: { level: "warn" }, metrics: { level: "none" } },
    },
  };
  const all = async () => (await Promise.all(ports.map((port) => answers(podAddress, port)))).every(Boolean);
  try {
    const collector = await startCollector(mini, await newFolder(), all, {
      program: name,
      env: { POD_IP: podAddress },
    });
    await collector.kill();
    return [];
  } catch (error) {
    return [(error as Error).message.split("\n").slice(0, 8).join("\n")];
  }
}

const cases = Object.entries(podAddresses).flatMap(([family, address]) =>
  Object.entries(programs).map(([title, program]): CollectorCase<[]> => ({
    title: `${title} listens on ${family}`,
    run: () => faultsOf(program, address),
  })),
);

await tryCases(cases, () => Promise.resolve([]));
