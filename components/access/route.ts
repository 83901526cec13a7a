import type { ownMetadata } from "../kubernetes/metadata.ts";
import type { Settings } from "../../config/settings.ts";

/** Something that is to be reachable from outside of the cluster, and how. */
export interface Route {
  /** Name of the Service in the stack's namespace, and of what is made for it. */
  service: string;
  /** Port of the Service. TLS ends behind it. */
  port: number;
  /** Host name that browsers open: what the controller tells connections apart by. */
  host: string;
  /** Address ranges that are let in. */
  ranges: readonly string[];
  /** Name of the allow-list with them. */
  allowList: string;
  /** Connections that one address may have at once. Default: no limit. A controller without such a limit has none. */
  connectionsPerAddress?: number;
  ingress: Settings["access"]["ingress"];
  /** Metadata of an object of this name, which belongs to the Service. */
  metadataOf: (name: string) => ReturnType<typeof ownMetadata>;
}

/** An object of Kubernetes whose kind comes from the ingress controller. */
interface CustomObject {
  /** Tells the objects of one route apart. */
  id: string;
  apiVersion: string;
  kind: string;
  metadata: ReturnType<typeof ownMetadata>;
  spec: object;
}

/**
 * What a controller needs so that it passes the TLS connections on as they are. Each object may name those before
 * it.
 */
export type IngressAdapter = (route: Route) => CustomObject[];
