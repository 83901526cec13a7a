import {
  defaultNamespace as namespace,
  elasticsearchName,
  gatewayName,
  jaegerCollectorName,
  samplerName,
} from "../../lib/names.ts";
import { authoritySigned, expired, renewed } from "./faults/certificates.ts";
import { hold, type Live } from "./faults/live.ts";
import { nodeRestarted } from "./faults/node.ts";
import { full, refused, withoutAlias } from "./faults/store.ts";
import { tokenKeys } from "./faults/token-keys.ts";
import { rotated, rotatedByHand, sealed } from "./faults/vault.ts";
import { away, drained, killed, paused, rolled, scale } from "./faults/workloads.ts";
import { waitUntilReady } from "../landscape/kubernetes/wait.ts";
import { addedContainers } from "../../components/wiring/plan.ts";
import type { Landscape } from "../../config/landscape.ts";

/** A fault, and what may be lost by it. */
export interface Case {
  readonly title: string;
  /** How long the fault lasts unless the command line says otherwise, seconds. */
  readonly seconds: number;
  /** Why spans may be lost, and how many at most. Default: none may. */
  readonly mayLose?: { readonly why: string; readonly atMost: (rate: number, seconds: number) => number };
  /** Why spans may be stored twice. Default: none may. */
  readonly mayRepeat?: string;
  readonly run: (live: Live, landscape: Landscape) => Promise<void>;
}

/**
 * Held in memory for a moment: by the agents' exporters and the gateway until the sampler has it, and there until it is on disk.
 * Who is killed again just when it has come back also has what others had kept for it meanwhile.
 */
const inMemory = (moment: number, why: string) => ({
  why,
  atMost: (rate: number, seconds: number) => rate * (moment + seconds),
});

/** Of the broken group alone, and each with a line in a log and an alert. */
const refusedForGood = {
  why: "Jaeger takes spans before Elasticsearch has, and drops what is refused document by document",
  atMost: () => Infinity,
};

const pipeline = [
  ["gateway", "Deployment", gatewayName],
  ["sampler", "StatefulSet", samplerName],
] as const;

/** The group that has the fault, where only one has. */
const broken = "crm";

export const cases: Readonly<Record<string, Case>> = {
  none: {
    title: "nothing happens: what the load is by itself",
    seconds: 20,
    run: (live) => hold(live),
  },
  "elasticsearch-away": {
    title: "Elasticsearch is away",
    seconds: 600,
    run: (live) => away(live, "StatefulSet", elasticsearchName),
  },
  "elasticsearch-paused": {
    title: "Elasticsearch answers nobody",
    seconds: 120,
    run: (live) => paused(live, elasticsearchName),
  },
  "elasticsearch-refuses": {
    title: `Elasticsearch refuses what ${broken} writes: 403 for each document`,
    seconds: 30,
    mayLose: refusedForGood,
    run: (live) => refused(live, broken),
  },
  "elasticsearch-full": {
    title: `Elasticsearch has no room for what ${broken} writes: 429 for each document`,
    seconds: 60,
    run: (live) => full(live, broken),
  },
  "alias-missing": {
    title: `the alias by which ${broken} writes is gone`,
    seconds: 30,
    mayLose: refusedForGood,
    run: (live) => withoutAlias(live, broken),
  },
  "elasticsearch-killed": {
    title: "Elasticsearch is killed by SIGKILL",
    seconds: 0,
    run: (live) => killed(live, "StatefulSet", elasticsearchName),
  },
  "agent-killed": {
    title: `the agent of the back end of ${broken} is killed by SIGKILL`,
    seconds: 0,
    mayLose: inMemory(3, "what it had in memory, and had answered for already"),
    run: (live, { services }) => {
      const { namespace: home, deployment: name } = services.find(({ group }) => group === broken)!;
      return killed(live, "Deployment", name, { home, container: addedContainers.agent });
    },
  },
  "group-broken": {
    title: `the Jaeger of ${broken} is away, the others are not`,
    seconds: 600,
    run: (live) => away(live, "Deployment", jaegerCollectorName(broken)),
  },
  ...Object.fromEntries(
    pipeline.flatMap(([short, kind, name]) => [
      [
        `${short}-killed`,
        {
          title: `the ${short} is killed by SIGKILL`,
          seconds: 0,
          mayLose: inMemory(3, "what it had in memory, and had answered for already"),
          run: (live: Live) => killed(live, kind, name),
        },
      ],
      [`${short}-rolled`, { title: `the ${short} rolls`, seconds: 0, run: (live: Live) => rolled(live, kind, name) }],
      [
        `${short}-drained`,
        { title: `the ${short} is evicted, as by a drain`, seconds: 0, run: (live: Live) => drained(live, kind, name) },
      ],
    ]),
  ),
  "jaeger-killed": {
    title: `the Jaeger of ${broken} is killed by SIGKILL`,
    seconds: 0,
    mayLose: inMemory(3, "what it had taken, and not yet written"),
    run: (live) => killed(live, "Deployment", jaegerCollectorName(broken)),
  },
  "jaeger-rolled": {
    title: `the Jaeger of ${broken} rolls`,
    seconds: 0,
    run: (live) => rolled(live, "Deployment", jaegerCollectorName(broken)),
  },
  "sampler-scaled": {
    title: "the samplers become two, and one again",
    seconds: 30,
    run: async (live) => {
      const workload = { kind: "StatefulSet", namespace, name: samplerName } as const;
      const before = await scale(live, "StatefulSet", samplerName, 2);
      try {
        await waitUntilReady(live.kubernetes, workload, { signal: live.signal });
        await hold(live);
      } finally {
        await scale(live, "StatefulSet", samplerName, before);
      }
      await waitUntilReady(live.kubernetes, workload, { signal: live.signal });
    },
  },
  "node-restarted": {
    title: "everything on the node ends at once, but for what the company's own services are, and starts again",
    seconds: 0,
    mayLose: inMemory(5, "what agents, gateway and Jaegers had in memory, and had answered for already"),
    mayRepeat: "what an agent or Elasticsearch had taken when its answer was lost with it is sent again",
    run: (live, { services }) =>
      nodeRestarted(
        live,
        services.map((service) => service.namespace),
      ),
  },
  "certificates-renewed": {
    title: "all pods get new certificates, twice",
    seconds: 20,
    run: (live) => renewed(live),
  },
  "certificates-expired": {
    title: "Vault is sealed until after all certificates have run out",
    seconds: 120,
    run: (live) => expired(live),
  },
  "authority-signed": {
    title: "the CA of the stack is signed anew, by an up",
    seconds: 20,
    run: (live) => authoritySigned(live),
  },
  "vault-sealed": { title: "Vault is sealed", seconds: 60, run: (live) => sealed(live) },
  "passwords-rotated": {
    title: "the passwords of those who write are rotated by the clock",
    seconds: 600,
    run: (live, { groups }) => rotated(live, groups),
  },
  "token-keys": {
    title: "the cluster signs its pods' tokens by another key, and by the first one again",
    seconds: 30,
    mayRepeat:
      "an answer of an agent that is lost with the API server's connections: the load comes by them, and is sent again",
    run: (live, { services }) =>
      tokenKeys(
        live,
        services.find(({ group }) => group === broken)!,
      ),
  },
  "passwords-rotated-by-hand": {
    title: "all passwords of the store are rotated by hand",
    seconds: 60,
    run: (live, { groups }) => rotatedByHand(live, groups),
  },
};
