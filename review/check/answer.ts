import { ApiException } from "@kubernetes/client-node";
import { AskError } from "../../lib/ask-error.ts";

/** What nobody told. */
export interface Unread {
  state: "unread";
  reason: string;
  /** The run has no right to it: another run may have. */
  mayNot?: true;
}

/** What was said to a question: what it is about, that it is not there, or why it is not known. */
export type Answer<T> = { state: "read"; value: T } | { state: "missing" } | Unread;

/** Why the API server refused something. */
export interface Refusal {
  code: number;
  message: string;
  /** Of a conflict: the fields, and who manages them. */
  causes: readonly { reason: string; message: string; field: string }[];
}

/**
 * Asks the API server.
 *
 * @throws AskError if it cannot be reached, or answers with something else than an answer.
 */
export async function ask<T>(question: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { state: "read", value: await question() };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal.code === 404) return { state: "missing" };
    if (refusal.code === 401 || refusal.code === 403) return { state: "unread", reason: refusal.message, mayNot: true };
    throw new AskError(`The cluster cannot be asked: HTTP ${refusal.code}: ${refusal.message}`, { cause: error });
  }
}

/** The value of an answer, if there is one. */
export function read<T>(answer: Answer<T>): T | undefined {
  return answer.state === "read" ? answer.value : undefined;
}

/**
 * The refusal in an error of the client.
 *
 * @throws AskError if the error is none: the API server was not reached.
 */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ApiException)) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
    throw new AskError(`The cluster cannot be reached: ${why}. See KUBECONFIG and cluster.context.`, {
      transient: true,
      cause: error,
    });
  }
  const body = bodyOf(error);
  const causes = (body.details?.causes ?? []).map(({ reason = "", message = "", field = "" }) => ({
    reason,
    message,
    field,
  }));
  return { code: error.code, message: body.message ?? `HTTP ${error.code}`, causes };
}

interface Status {
  message?: string;
  details?: { causes?: { reason?: string; message?: string; field?: string }[] };
}

function bodyOf({ body }: ApiException<unknown>): Status {
  if (typeof body !== "string") return body ?? {};
  try {
    return JSON.parse(body) as Status;
  } catch {
    return { message: body.trim() };
  }
}
