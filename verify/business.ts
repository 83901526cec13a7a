import { proofAttributes } from "../lib/attributes.ts";
import { healthPath } from "../lib/health-paths.ts";
import { ancestorsOf, first, orderOf, pathsOf } from "../lib/jaeger/read.ts";
import { spanKind, type Span, type Trace } from "../lib/jaeger/span.ts";

/**
 * Why a call proves nothing about the way of orders; undefined: it does prove it. Only orders prove an edge: probes, pools,
 * scanners and calls that failed are seen as well where no order ever passes.
 */
export type Unproven = "failed" | "of a probe" | "refused by its service" | "of no order";

/** What a span is worth as a proof. */
export function unproven(span: Span, trace: Trace): Unproven | undefined {
  const chain = [span, ...ancestorsOf(span, trace)];
  if (span.failed) return "failed";
  // What answers a request, or a message: all below it is done on its behalf. Farther ones belong to other services.
  const entry = chain.find(({ kind }) => kind === spanKind.server || kind === spanKind.consumer);
  if (entry && isRefused(entry)) return "refused by its service";
  // Nobody probes by messages, and what the sender says of the order may be hidden from the view.
  if (entry?.kind === spanKind.consumer || chain.some((above) => orderOf(above) !== undefined)) return undefined;
  return entry && isProbe(entry) ? "of a probe" : "of no order";
}

/** The order of a span. Some write ids in capitals. */
export function orderKey(span: Span): string | undefined {
  return orderOf(span)?.trim().toLowerCase();
}

const health = new RegExp(healthPath, "i");

/** A request for the health of the process, or what browsers ask for by themselves, below any path. Words for people. */
function isProbe(span: Span): boolean {
  return pathsOf(span).some((path) => health.test(path));
}

function isRefused(span: Span): boolean {
  const status = Number(first(span, proofAttributes.httpStatus) ?? 0);
  return status >= 400 && status < 500;
}
