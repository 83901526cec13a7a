import { z } from "zod";

/** Several parameters of a name give a list, one gives a text or a list of one. */
const texts = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((value) => [value].flat());

const schema = z.object({
  time: z.string().transform((text) => `${text.replace(" ", "T").replaceAll("/", "-")}Z`),
  log: z.enum(["request", "sign-in"]),
  view: z.string(),
  roles: texts,
  person: z.string().optional(),
  claimed: z.string().optional(),
  groups: z.string().optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  trace: texts,
  order: z.string().optional(),
  service: texts,
  status: z.number().optional(),
  result: z.string().optional(),
});

/** Somebody has asked for something, or was let in or refused. */
export type AuditRecord = z.output<typeof schema>;

/** Reads a stored record. Undefined: it is of a form that a later or damaged proxy has written. */
export function readRecord(source: Record<string, unknown>): AuditRecord | undefined {
  return schema.safeParse(source).data;
}

/** What was asked for, in words. */
export function deedOf({ log, result, method = "GET", path = "", trace, order, service, status }: AuditRecord): string {
  if (log === "sign-in") return result === "AuthSuccess" ? "signed in" : `sign-in: ${result ?? "unknown"}`;
  const refusal = status === 401 ? "not signed in: " : status === 403 ? "refused: " : "";
  const about = [...service, ...(order === undefined ? [] : [`order ${order}`])].join(", ");
  if (trace.length > 0) {
    // The page itself is the same for all; its script then asks for the trace.
    const part = path.startsWith("/trace/") ? "opened the page of trace" : "read trace";
    return `${refusal}${part} ${trace.join(", ")}`;
  }
  if (/^\/api\/(v3\/)?traces$/.test(path)) return `${refusal}searched traces${about && ` of ${about}`}`;
  return `${refusal}${method} ${path}`;
}
