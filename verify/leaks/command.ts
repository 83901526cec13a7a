import { readFileSync } from "node:fs";
import { storeAccess } from "../../components/elasticsearch/addresses.ts";
import { allTraces, storeNames } from "../../components/elasticsearch/names.ts";
import type { Stack } from "../../config/stack-file.ts";
import { AskError } from "../../lib/ask-error.ts";
import { progressWhenSlow, readToEnd } from "../../lib/command-line.ts";
import { storeReach } from "../../lib/elasticsearch/reach.ts";
import { openStore } from "../../lib/elasticsearch/store.ts";
import { loadKubeConfig } from "../../lib/kubeconfig.ts";
import { handToAgent } from "../../lib/planted/agent.ts";
import { places } from "../../lib/planted/places.ts";
import { portForward } from "../../lib/port-forward.ts";
import { checkLeaks, type Entrance, type Leaks } from "./check.ts";

/** What the command line says. */
export interface LeakArguments {
  /** Milliseconds since 1970. */
  since: number;
  /** Milliseconds. */
  wait: number;
  /** File of values, or `-` for standard input. */
  customers?: string;
  most: number;
}

/** Runs the check on a stack. */
export async function askForLeaks(
  { name, settings, landscape }: Stack,
  { since, wait, customers: file, most }: LeakArguments,
  signal: AbortSignal,
): Promise<Leaks> {
  const customers = file === undefined ? undefined : await readCustomers(file, signal);
  const kubeConfig = loadKubeConfig(settings.cluster);
  const reach = await storeReach(
    storeAccess({ name, settings, landscape }, allTraces(storeNames({ stack: name, settings }))),
    kubeConfig,
  );
  await using store = openStore({ ...reach, signal });
  const entrances = landscape.groups.flatMap((group): Entrance[] => {
    const service = landscape.services.find((one) => one.group === group);
    if (!service) return [];
    const { id, namespace, workload: kind, deployment: name, wiring } = service;
    const open = () => portForward(kubeConfig, { namespace, kind, name, port: wiring.agentPorts.http });
    return [{ group, service: id, hand: (spans) => handToAgent({ name: id, open, signal }, spans) }];
  });
  if (entrances.length === 0) throw new AskError("All services are switched off: there is no agent to send through.");
  // Awaited here: the store closes with this function.
  return await checkLeaks({
    entrances,
    store,
    dropped: new Set(
      settings.privacy.spanLinks === "drop" ? places.filter(({ dropped }) => dropped).map(({ id }) => id) : [],
    ),
    ...{ since, wait, most, customers, signal, progress: progressWhenSlow() },
  });
}

/** @throws AskError if the file cannot be read. */
async function readCustomers(file: string, signal: AbortSignal): Promise<string[]> {
  try {
    const content = file === "-" ? await readToEnd(process.stdin, signal) : readFileSync(file, "utf8");
    return content.split(/\r?\n/);
  } catch (cause) {
    throw new AskError(`--customers: ${(cause as Error).message}`, { cause });
  }
}
