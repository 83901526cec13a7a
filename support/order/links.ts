import { jaegerQueryName, ports, serviceHost } from "../../lib/names.ts";

/** Address of a trace in a view, for a browser: see `docs/guides/open-jaeger.md` for how it is reached. */
export function traceLink(view: string, trace: string): string {
  return `https://${serviceHost(jaegerQueryName(view))}:${ports.jaegerQuery}/trace/${trace}`;
}
