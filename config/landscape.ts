import {
  edgeId,
  type Catalogue,
  type CatalogueEdge,
  type CatalogueStep,
  type Frontend,
  type DotnetRuntime,
  type Runtime,
  type Store,
  type WorkloadKind,
} from "./model.ts";
import type { Profile } from "./profiles.ts";
import type { Settings } from "./settings.ts";
import type { VariableMode } from "./variables.ts";
import { allView, ports } from "../lib/names.ts";

/** What a stack says of the wiring of one service. */
interface WiringOptions {
  variables: Readonly<Partial<Record<string, VariableMode>>>;
  /** Cores. */
  cpuLimit?: string | undefined;
  /** 0: the cluster gives one. */
  userId?: number | undefined;
  pullSecrets: readonly string[];
  /** Where its agent listens, on the pod's own loopback. */
  agentPorts: { grpc: number; http: number };
  /** A folder of ours in which the instrumentation may write. */
  temporaryFolder: boolean;
  dotnetRuntime: DotnetRuntime;
  /** Node.js: what the application loads by `import` is instrumented too. */
  esModules: boolean;
  /** Undefined: the stack's image of the runtime. */
  instrumentationImage?: string | undefined;
  /** How long a rollout may stand still, seconds. Undefined: what the workload says itself. */
  rolloutSeconds?: number | undefined;
  /** A network policy of ours lets its pods out to the gateway. */
  allowEgress: boolean;
}

/** A back end with everything that the stack settings may change resolved. */
export interface Service {
  id: string;
  title: string;
  group: string;
  runtime: Runtime;
  namespace: string;
  /** What makes its pods. */
  workload: WorkloadKind;
  /** Name of the workload. */
  deployment: string;
  container: string;
  serviceAccount: string;
  /** How much of its pods tracing may take. */
  profile: Profile;
  /** Ways out where its pods are not as most are, see `config/settings/wiring.ts`. */
  wiring: WiringOptions;
  /** Namespace of the stack that traces it: there is the gateway. */
  stackNamespace: string;
}

/** A store, with all names under which services reach it. */
export interface StorePlace extends Store {
  /** Names and addresses beside `host`. */
  hosts: readonly string[];
}

/** An edge of the landscape, for the proof. */
export interface Edge {
  /** `from -> to`, or `from -> via -> to`. */
  id: string;
  definition: CatalogueEdge;
  /** Its absence fails the proof. */
  required: boolean;
  /** A span link is proof enough. */
  links: boolean;
}

/** A front end whose browsers send spans. */
export interface OpenFrontend {
  id: string;
  /** Visibility group of its spans: that of the back ends which it calls. */
  group: string;
  /** Host name of its entry. */
  host: string;
  /** Origins of its pages. */
  origins: readonly string[];
}

/** Groups of the back ends that a front end calls. */
export function groupsOfFrontend({ edges, services }: Pick<Catalogue, "edges" | "services">, id: string): string[] {
  const called = edges.filter(({ kind, from }) => kind === "request" && from === id);
  return [...new Set(called.flatMap(({ to }) => services[to]?.group ?? []))];
}

/** The catalogue as one stack sees it. */
export interface Landscape {
  /** Services that are traced: those not switched off. Sorted by id. */
  services: readonly Service[];
  /** Edges whose ends are traced, in the catalogue's order. */
  edges: readonly Edge[];
  /** What the stack has switched off. */
  off: { services: readonly Service[]; edges: readonly Edge[] };
  groups: readonly string[];
  frontends: Readonly<Record<string, Frontend>>;
  /** Those whose browsers send spans, sorted by id. */
  openFrontends: readonly OpenFrontend[];
  stores: Readonly<Record<string, StorePlace>>;
  /** The life of an order by ids of its steps. Those of services that are switched off stay: orders pass them all the same. */
  steps: Readonly<Record<string, CatalogueStep>>;
}

/**
 * The view in which an edge is looked for: that of its group, or the one over all where it leads from one to another.
 *
 * @param groupOf the visibility group of a service; undefined for all that is none.
 */
export function viewOf(edge: CatalogueEdge, groupOf: (id: string) => string | undefined): string {
  const groups = new Set([edge.from, edge.to].map(groupOf).filter((group) => group !== undefined));
  const [group] = groups;
  return group !== undefined && groups.size === 1 ? group : allView;
}

/**
 * Puts the stack settings over the catalogue. A service with `enabled: false` leaves the landscape, and so does every
 * edge that begins or ends at it.
 */
export function resolveLandscape(
  catalogue: Catalogue,
  settings: Pick<Settings, "services" | "stores" | "proof" | "frontEnds"> & {
    cluster: Pick<Settings["cluster"], "namespace">;
  },
): Landscape {
  const isOn = (id: string) => settings.services[id]?.enabled ?? true;
  const services = Object.entries(catalogue.services)
    .map(([id, { title, group, runtime, namespace, workload }]): Service => {
      const overrides = settings.services[id] ?? {};
      return {
        id,
        title,
        group,
        runtime: overrides.runtime ?? runtime,
        namespace: overrides.namespace ?? namespace,
        workload: overrides.workload ?? workload ?? "Deployment",
        deployment: overrides.deployment ?? id,
        container: overrides.container ?? id,
        serviceAccount: overrides.serviceAccount ?? id,
        profile: overrides.profile ?? "normal",
        wiring: {
          variables: overrides.variables ?? {},
          cpuLimit: overrides.cpuLimit,
          userId: overrides.userId,
          pullSecrets: overrides.pullSecrets ?? [],
          agentPorts: { grpc: ports.otlpGrpc, http: ports.otlpHttp, ...overrides.agentPorts },
          temporaryFolder: overrides.temporaryFolder ?? false,
          dotnetRuntime: overrides.dotnetRuntime ?? "linux-x64",
          esModules: overrides.esModules ?? false,
          instrumentationImage: overrides.instrumentationImage,
          rolloutSeconds: overrides.rolloutSeconds,
          allowEgress: overrides.allowEgress ?? false,
        },
        stackNamespace: settings.cluster.namespace,
      };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const edges = catalogue.edges.map((definition): Edge => {
    const id = edgeId(definition);
    return {
      id,
      definition,
      required: !definition.optional || settings.proof.required.includes(id),
      links: settings.proof.links.includes(id),
    };
  });
  const isTraced = ({ definition: { from, to } }: Edge) =>
    [from, to].every((end) => !(end in catalogue.services) || isOn(end));
  return {
    services: services.filter(({ id }) => isOn(id)),
    edges: edges.filter(isTraced),
    off: { services: services.filter(({ id }) => !isOn(id)), edges: edges.filter((edge) => !isTraced(edge)) },
    groups: catalogue.groups,
    frontends: catalogue.frontends,
    openFrontends: Object.entries(settings.frontEnds?.apps ?? {})
      .flatMap(([id, app]) => {
        const [group] = groupsOfFrontend(catalogue, id);
        return app && group !== undefined ? [{ id, group, ...app }] : [];
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    stores: Object.fromEntries(
      Object.entries(catalogue.stores).map(([id, store]) => [
        id,
        { ...store, hosts: settings.stores[id]?.hosts ?? [] },
      ]),
    ),
    steps: catalogue.steps ?? {},
  };
}
