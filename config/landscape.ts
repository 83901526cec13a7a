import { catalogue, type Group, type ServiceId } from "./catalogue.ts";
import type { EdgeDefinition, Frontend, Runtime, Store } from "./model.ts";
import type { Settings } from "./settings.ts";

/** A back end with everything that the stack settings may change resolved. */
export interface Service {
  id: ServiceId;
  title: string;
  group: Group;
  runtime: Runtime;
  namespace: string;
  deployment: string;
  container: string;
  serviceAccount: string;
}

export type CatalogueEdge = EdgeDefinition<string, ServiceId, string>;

/** An edge of the landscape, for the proof. */
export interface Edge {
  /** `from -> to`, or `from -> via -> to`. */
  id: string;
  definition: CatalogueEdge;
  /** Its absence fails the proof. */
  required: boolean;
}

/** The catalogue as one stack sees it. */
export interface Landscape {
  /** Services that are traced: those not switched off. Sorted by id. */
  services: readonly Service[];
  /** Edges whose ends are traced, in the catalogue's order. */
  edges: readonly Edge[];
  groups: readonly Group[];
  frontends: Readonly<Record<string, Frontend>>;
  stores: Readonly<Record<string, Store>>;
}

/** Id of an edge as messages, settings and the proof write it, for example `crm-api -> messages-queue -> mes-api`. */
export function edgeId(edge: CatalogueEdge): string {
  return "via" in edge ? `${edge.from} -> ${edge.via} -> ${edge.to}` : `${edge.from} -> ${edge.to}`;
}

/** Ids of all edges of the catalogue. */
export const edgeIds: readonly string[] = catalogue.edges.map(edgeId);

/** Ids of all services of the catalogue, sorted. */
export const serviceIds = (Object.keys(catalogue.services) as ServiceId[]).sort();

/**
 * Puts the stack settings over the catalogue. A service with `enabled: false` leaves the landscape, and so does every
 * edge that begins or ends at it.
 */
export function resolveLandscape(settings: Pick<Settings, "services" | "proof">): Landscape {
  const services = serviceIds
    .filter((id) => settings.services[id]?.enabled ?? true)
    .map((id): Service => {
      const { title, group, runtime, namespace } = catalogue.services[id];
      const overrides = settings.services[id] ?? {};
      return {
        id,
        title,
        group,
        runtime: overrides.runtime ?? runtime,
        namespace: overrides.namespace ?? namespace,
        deployment: overrides.deployment ?? id,
        container: overrides.container ?? id,
        serviceAccount: overrides.serviceAccount ?? id,
      };
    });
  const traced = new Set<string>(services.map(({ id }) => id));
  const isService = (id: string) => id in catalogue.services;
  const edges = catalogue.edges
    .filter(({ from, to }) => [from, to].every((end) => !isService(end) || traced.has(end)))
    .map((definition): Edge => {
      const id = edgeId(definition);
      return { id, definition, required: !definition.optional || settings.proof.required.includes(id) };
    });
  return { services, edges, groups: catalogue.groups, frontends: catalogue.frontends, stores: catalogue.stores };
}
