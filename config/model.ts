/** How a service is instrumented: OpenTelemetry Java agent, .NET automatic instrumentation, Node.js require hook. */
export const runtimes = ["java", "dotnet", "nodejs"] as const;
export type Runtime = (typeof runtimes)[number];

/** What kind of system a store is; decides by which spans an edge to it is recognised. */
export type StoreSystem = "postgresql" | "rabbitmq" | "s3";

export interface Frontend {
  /** Name for people, as in the company's diagrams. */
  title: string;
}

export interface ServiceDefinition<G extends string> {
  /** Name for people, as in the company's diagrams. */
  title: string;
  /** The one visibility group that its spans belong to. */
  group: G;
  runtime: Runtime;
  /** Namespace of the existing Deployment. Deployment, container and service account have the service's id as name, unless the stack settings say otherwise. */
  namespace: string;
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

export interface Catalogue<G extends string, F extends string, S extends string, D extends string> {
  groups: readonly G[];
  frontends: Record<F, Frontend>;
  services: Record<S, ServiceDefinition<NoInfer<G>>>;
  stores: Record<D, Store>;
  edges: readonly EdgeDefinition<F, S, D>[];
}
