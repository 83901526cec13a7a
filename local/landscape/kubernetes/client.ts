import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  type KubernetesObject,
} from "@kubernetes/client-node";
import { kubeconfig } from "../../paths.ts";

/** Who owns the fields that the company sets. */
const fieldManager = "company";

/** Clients of one cluster. */
export interface Kubernetes {
  readonly config: KubeConfig;
  readonly objects: KubernetesObjectApi;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
}

/**
 * Clients of the cluster that the local environment is in.
 *
 * @throws if there is none
 */
export function connect(): Kubernetes {
  try {
    return clientsOf(kubeconfig);
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(`No cluster: ${reason}. Start the local one with "npm run local".`, { cause: error });
  }
}

/** Clients of the cluster that a kubeconfig leads to. */
export function clientsOf(file: string): Kubernetes {
  const config = new KubeConfig();
  config.loadFromFile(file);
  return clientsFor(config);
}

/** Clients for whoever a configuration is of. */
export function clientsFor(config: KubeConfig): Kubernetes {
  return {
    config,
    objects: KubernetesObjectApi.makeApiClient(config),
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
  };
}

/**
 * Server-side apply. Fields of other field managers (environment, volumes and init containers that tracing adds) stay.
 *
 * Never with force: taking a field over would be undone by its other owner and redone by us, for ever.
 *
 * @param manager who owns the fields then. Default: the company.
 * @throws if someone else owns a field that we want to have another value
 */
export async function apply<T extends KubernetesObject>(
  kubernetes: Kubernetes,
  object: T,
  manager = fieldManager,
): Promise<T> {
  try {
    return await kubernetes.objects.patch(object, undefined, undefined, manager, false, PatchStrategy.ServerSideApply);
  } catch (error) {
    const reason =
      statusCode(error) === 409
        ? `${message(error)}\nRemove the field there, or hand it over: kubectl apply --server-side --force-conflicts`
        : message(error);
    throw new Error(`${describe(object)} cannot be applied: ${reason}`, { cause: error });
  }
}

/** Creates an object; if it is there already, reads it and changes nothing. */
export async function createOnce<T extends KubernetesObject>(kubernetes: Kubernetes, object: T): Promise<T> {
  const { apiVersion, kind, metadata } = object;
  try {
    return await kubernetes.objects.create(object, undefined, undefined, fieldManager);
  } catch (error) {
    if (statusCode(error) !== 409) {
      throw new Error(`${describe(object)} cannot be created: ${message(error)}`, { cause: error });
    }
    const header = { apiVersion, kind, metadata: { name: metadata?.name ?? "", namespace: metadata?.namespace } };
    return kubernetes.objects.read<T>(header);
  }
}

/** HTTP status of an error of the API server; undefined for any other error. */
export function statusCode(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** What the API server, or the way to it, has to say. Never the body of the request: it may be a Secret. */
export function message(error: unknown): string {
  if (error instanceof ApiException) {
    const body: unknown = typeof error.body === "string" ? parse(error.body) : error.body;
    const text = (body as { message?: unknown } | undefined)?.message;
    return typeof text === "string" ? text : `HTTP ${error.code}`;
  }
  const { message: text, cause } = error as Error;
  return cause instanceof Error ? `${text}: ${cause.message}` : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe({ kind, metadata }: KubernetesObject): string {
  return [kind, [metadata?.namespace, metadata?.name].filter(Boolean).join("/")].join(" ");
}
