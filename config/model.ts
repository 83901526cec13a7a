/** How a service is instrumented: OpenTelemetry Java agent, .NET automatic instrumentation, Node.js require hook. */
export const runtimes = ["java", "dotnet", "nodejs"] as const;
export type Runtime = (typeof runtimes)[number];

/** What makes the pods of a service. */
export const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet"] as const;
export type WorkloadKind = (typeof workloadKinds)[number];

/** Builds of the .NET instrumentation's library, by C library and processor. */
export const dotnetRuntimes = ["linux-x64", "linux-musl-x64", "linux-arm64", "linux-musl-arm64"] as const;
export type DotnetRuntime = (typeof dotnetRuntimes)[number];

/** What kind of system a store is; decides by which spans an edge to it is recognised. */
type StoreSystem = "postgresql" | "rabbitmq" | "s3";

export interface Frontend {
  /** Name for people, as in the company's diagrams. */
  title: string;
}

interface ServiceDefinition<G extends string> {
  /** Name for people, as in the company's diagrams. */
  title: string;
  /** The one visibility group that its spans belong to. */
  group: G;
  runtime: Runtime;
  /** Namespace of the existing workload. Workload, container and service account have the service's id as name, unless the stack settings say otherwise. */
  namespace: string;
  /** What makes its pods. Default: a Deployment. */
  workload?: WorkloadKind;
}

export interface Store {
  /** Name for people, as in the company's diagrams. */
  title: string;
  system: StoreSystem;
  /** First label of the host name by which services reach it: `server.address` of a span starts with it. */
  host: string;
}

/** A connection over which an order travels. */
export type EdgeDefinition<F extends string, S extends string, D extends string> = (
  | { /** A browser calls a back end: seen as a server span. */ kind: "request"; from: F; to: S }
  | { /** A back end uses a store: seen as a client span. */ kind: "store"; from: S; to: D }
  | {
      /** A message crosses a broker: producer and consumer span in one trace. */ kind: "message";
      from: S;
      via: D;
      to: S;
    }
  | {
      /** Two back ends share rows, no context crosses: two traces with the same `order.id`. */ kind: "join";
      from: S;
      via: D;
      to: S;
    }
) & {
  /** True: shown by the proof, but not demanded, unless `proof.required` in the stack settings names it. Default false. */
  optional?: boolean;
};

/** How long something may take: a whole number of seconds, minutes, hours or days. */
type Duration = `${number}${"s" | "m" | "h" | "d"}`;

/** How an order can end. */
export type Outcome = "closed" | "rejected" | "failed";

/** A message by which a step hands the order over to another back end. Its connection is a message edge of the landscape. */
interface Handover<S extends string, D extends string> {
  via: D;
  to: S;
  /** Routing key of the message: by it the step is recognised. */
  routingKey: string;
  /** The queue in which it waits, as the broker's people know it. */
  queue: string;
  /** Longest time till the other back end takes it. */
  within: Duration;
}

/** Something that happens to an order: a request that changes its status, a message that hands it over, or both. */
export type StepDefinition<F extends string, S extends string, D extends string, P extends string> = {
  /** What has happened then, for people: "price requested". */
  title: string;
  /** The back end where it happens. */
  service: S;
} & (
  | {
      /** Method and path of the request, a name in braces for each part that differs: `POST /orders/{id}/submit`. */
      request: `${Uppercase<string>} /${string}`;
      message?: Handover<S, D>;
    }
  | { request?: undefined; message: Handover<S, D> }
) &
  (
    | {
        /** What has to happen after it. */
        next: {
          /** Who has to act: a front end stands for the people at it, a back end for its own work. */
          by: F | S;
          /** One of these follows. */
          steps: readonly [P, ...P[]];
          /** Longest time till one of them: after the message was taken, if there is one. */
          within: Duration;
        };
      }
    | { next?: undefined; /** The order is over. */ ends: Outcome }
  );

/** A step of any catalogue. */
export type CatalogueStep = StepDefinition<string, string, string, string>;

/** A landscape. The parameters are the names of groups, frontends, services and stores; any text outside of its definition. */
export interface Catalogue<
  G extends string = string,
  F extends string = string,
  S extends string = string,
  D extends string = string,
> {
  groups: readonly G[];
  frontends: Record<F, Frontend>;
  services: Record<S, ServiceDefinition<NoInfer<G>>>;
  stores: Record<D, Store>;
  edges: readonly EdgeDefinition<F, S, D>[];
  /**
   * The life of an order, step by step, in the order in which people think of it: by it `npm run order` says where an order
   * stands. Default: none, then it shows what happened and judges nothing.
   */
  steps?: Readonly<Record<string, StepDefinition<F, S, D, string>>>;
}

/** An edge of any catalogue. */
export type CatalogueEdge = EdgeDefinition<string, string, string>;

/** Id of an edge as messages, settings and the proof write it, for example `crm-api -> messages-queue -> mes-api`. */
export function edgeId(edge: CatalogueEdge): string {
  return "via" in edge ? `${edge.from} -> ${edge.via} -> ${edge.to}` : `${edge.from} -> ${edge.to}`;
}

/**
 * Keeps the literal types of a catalogue and checks its references at compile time.
 *
 * @param definition the landscape; every edge and step must name frontends, services, stores and steps that it contains.
 */
export function defineCatalogue<
  const G extends string,
  const F extends string,
  const S extends string,
  const D extends string,
  const P extends string = never,
>(
  // The names come from the parts that define them: an edge or a step cannot bring in a new one.
  definition: Omit<Catalogue<G, F, S, D>, "edges" | "steps"> & {
    edges: readonly NoInfer<EdgeDefinition<F, S, D>>[];
    steps?: Readonly<Record<P, StepDefinition<NoInfer<F>, NoInfer<S>, NoInfer<D>, NoInfer<P>>>>;
  },
): Catalogue<G, F, S, D> {
  return definition;
}
