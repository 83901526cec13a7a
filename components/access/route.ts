import type { ownMetadata } from "../kubernetes/metadata.ts";
import type { Settings } from "../../config/settings.ts";

/** A view that is to be reachable from the VPN, and how. */
export interface ViewRoute {
  /** Name of the view's Service in the stack's namespace, and of what is made for it. */
  service: string;
  /** Port of the Service. TLS ends behind it. */
  port: number;
  /** Host name that people open: what the controller tells connections apart by. */
  host: string;
  /** Address ranges that are let in. */
  ranges: readonly string[];
  ingress: Settings["access"]["ingress"];
}

/** An object of Kubernetes whose kind comes from the ingress controller. */
export interface CustomObject {
  /** Tells the objects of one route apart. */
  id: string;
  apiVersion: string;
  kind: string;
  metadata: ReturnType<typeof ownMetadata>;
  spec: object;
}

/**
 * What a controller needs so that it passes the TLS connections of a view on as they are. Each object may name those before
 * it.
 */
export type IngressAdapter = (route: ViewRoute) => CustomObject[];
