import { proofAttributes } from "../lib/attributes.ts";
import type { StorePlace } from "../config/landscape.ts";
import { first } from "../lib/jaeger/read.ts";
import type { Span } from "../lib/jaeger/span.ts";

/** True: a client span of a call to the store. */
export function callsStore(span: Span, store: StorePlace): boolean {
  switch (store.system) {
    case "postgresql":
    case "s3":
      return speaks(span, store) && reaches(span, store);
    case "rabbitmq":
      return usesBroker(span, store) && reaches(span, store);
  }
}

/** Instrumentations of RabbitMQ often give no host, or only its IP address; a name, when there is one, must be right. */
export function usesBroker(span: Span, broker: StorePlace): boolean {
  const host = hostOf(span);
  return speaks(span, broker) && (host === undefined || isAddress(host) || reaches(span, broker));
}

/** True: the span is about a system like the store, wherever that is. */
export function speaks(span: Span, { system }: Pick<StorePlace, "system">): boolean {
  switch (system) {
    case "postgresql":
      return first(span, proofAttributes.database) === "postgresql";
    case "s3":
      return isS3(span) || first(span, proofAttributes.httpMethod) !== undefined;
    case "rabbitmq":
      return first(span, proofAttributes.messaging) === system;
  }
}

/** The host that a span names: without port and the dot of a full name. */
export function hostOf(span: Span): string | undefined {
  const host = first(span, proofAttributes.host)?.trim().toLowerCase();
  if (host === undefined) return undefined;
  // Of `fd00::7` the last group is no port.
  const bare = /^\[(?<address>.+)\](:\d+)?$/.exec(host)?.groups?.["address"] ?? host.replace(/^([^:]+):\d+$/, "$1");
  return bare.replace(/\.$/, "");
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(":");
}

/** The catalogue's name stands anywhere in the host (a pod's name or a bucket before it), or the stack names the host. */
function reaches(span: Span, { host: name, hosts }: StorePlace): boolean {
  const host = hostOf(span);
  if (host === undefined) return false;
  return hosts.includes(host) || (!isAddress(host) && host.split(".").includes(name));
}

/** An AWS SDK names the service; its method may be `S3/PutObject` instead, in newer conventions. */
function isS3(span: Span): boolean {
  const service = first(span, proofAttributes.rpcService);
  return service?.toLowerCase() === "s3" || first(span, proofAttributes.rpcMethod)?.startsWith("S3/") === true;
}
