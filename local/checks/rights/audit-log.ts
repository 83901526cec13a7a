import { readFile } from "node:fs/promises";

/** A request, as the API server has written it down. */
export interface Request {
  readonly user: string;
  readonly verb: string;
  /** `apps/deployments`, `/pods/exec`; a path, where it is about no object. */
  readonly what: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** HTTP status of the answer; undefined: it has not ended. */
  readonly code: number | undefined;
}

interface AuditEvent {
  user: { username: string };
  verb: string;
  requestURI: string;
  objectRef?: { apiGroup?: string; resource?: string; subresource?: string; namespace?: string; name?: string };
  responseStatus?: { code?: number };
}

/** What was asked since the last time, of a log that grows. */
export class AuditLog {
  readonly #file: string;
  #read = 0;

  constructor(file: string) {
    this.#file = file;
  }

  async next(): Promise<Request[]> {
    const lines = (await readFile(this.#file, "utf8")).split("\n").slice(0, -1);
    const fresh = lines.slice(this.#read);
    this.#read = lines.length;
    return fresh.map((line) => requestOf(JSON.parse(line) as AuditEvent));
  }
}

/** The resource of a request or a right: group and plural, `/` between them. */
export const resourceName = (group: string, resource: string): string => `${group}/${resource}`;

function requestOf({ user, verb, requestURI, objectRef, responseStatus }: AuditEvent): Request {
  const { apiGroup = "", resource, subresource, namespace, name } = objectRef ?? {};
  const full = [resource, subresource].filter(Boolean).join("/");
  return {
    user: user.username,
    verb,
    what: resource === undefined ? requestURI.split("?")[0]! : resourceName(apiGroup, full),
    namespace,
    name,
    code: responseStatus?.code,
  };
}
