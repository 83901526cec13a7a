import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { ports } from "../../../lib/names.ts";
import { newFolder, startCollector, type CollectorProcess } from "../../checks/collector/process.ts";
import { ensureAuthority, ensureCertificate, type KeyPairFiles } from "../../cluster/pki.ts";
import { valuesOf } from "../../variables.ts";
import { waitFor } from "../../wait.ts";
import type { Tier } from "./tiers.ts";

/** A process of a chain that runs. */
export interface Part {
  readonly tier: Tier;
  readonly process: CollectorProcess;
}

/** Files of a certificate that is good for all addresses of a chain, and of its CA. */
export interface Certificates extends KeyPairFiles {
  readonly ca: string;
}

/** Each run has a network of the loopback of its own: two may be under way. */
const network = randomInt(2, 255);

/**
 * Addresses of a chain on the loopback. Every process has one of its own, as a pod has: so the ports of its configuration are
 * those of the plan.
 *
 * @param chain number of the chain, from 0.
 */
export function addressesOf(chain: number): (pod: number) => string {
  return (pod) => `127.${network}.${chain}.${pod + 1}`;
}

/** Makes the certificate of a chain. The names are those that clients ask for beside addresses. */
export async function certificatesFor(addresses: readonly string[], names: readonly string[]): Promise<Certificates> {
  const folder = await newFolder();
  const authority = await ensureAuthority(join(folder, "ca"), "Bench CA");
  const files = await ensureCertificate(join(folder, "tls"), authority, {
    // Not the authority's own name, in whatever case: OpenSSL would take the certificate for a self-signed one.
    ...{ commonName: "part", hosts: [...names, ...addresses] },
  });
  return { ...files, ca: authority.certificate };
}

/** Where a process is to run, and what it finds there. */
export interface Placement {
  readonly tier: Tier;
  readonly address: string;
  readonly program?: "otelcol-contrib" | "jaeger";
  /** Texts of the configuration that mean something else here: hosts, and paths of files. */
  readonly moved?: Readonly<Record<string, string>>;
  /** Variables of the plan. */
  readonly env?: readonly { name: string; value: string }[];
  /** Files in the folder of the process, by name. A moved path may be in it: `{folder}`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Starts a process with its configuration of the plan: hosts and paths are replaced, and nothing else. */
export async function startPart(config: object, placement: Placement): Promise<Part> {
  const { tier, address, program, moved = {}, files = {}, env = [] } = placement;
  const folder = await newFolder();
  await mkdir(join(folder, "queue"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content, { mode: 0o600 });
  let text = JSON.stringify(config);
  for (const [from, to] of Object.entries(moved)) text = text.replaceAll(from, to.replace("{folder}", folder));
  // Receivers start after all else.
  const ready = () => listens(address, ports.otlpGrpc);
  const running = await startCollector(JSON.parse(text) as object, folder, ready, {
    ...(program && { program }),
    env: { POD_IP: address, ...valuesOf(env) },
  });
  return { tier, process: running };
}

/** Nothing more for so long: the rest was lost on the way. */
const stillMs = 15_000;

/** Waits until a number has been reached, or does not grow any more. @returns how far it got. */
export async function reached(count: () => number, wanted: number, signal: AbortSignal): Promise<number> {
  let last = { count: -1, at: 0 };
  await waitFor(
    () => {
      if (count() !== last.count) last = { count: count(), at: Date.now() };
      return last.count >= wanted || Date.now() - last.at > stillMs;
    },
    { every: 20, signal },
  );
  return last.count;
}

export async function listens(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  await once(socket, "connect");
  socket.destroy();
  return true;
}

export const textOf = (file: string): Promise<string> => readFile(file, "utf8");
