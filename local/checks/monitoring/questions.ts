import type { dashboards } from "../../../components/monitoring/dashboards/index.ts";

/** A question that a page asks Prometheus. */
export interface Question {
  page: string;
  panel: string;
  /** PromQL. */
  expr: string;
}

/** Grafana takes four readings, a minute here. A demonstration stands still for longer. */
const rateInterval = "15m";

/** Counters that are there from the first fault on: that they are not is good news. */
const onlyAfterFaults =
  /_(failed_spans|agent_lost_spans|latency_err_seconds|request_failed)_|status_code="STATUS_CODE_ERROR"/;

/** All that pages ask Prometheus, as Grafana asks it. What they ask Jaeger needs somebody's token. */
export function questionsOf(pages: ReturnType<typeof dashboards>): Question[] {
  return Object.entries(pages).flatMap(([page, { panels }]) =>
    (panels ?? []).flatMap((panel) => {
      if (!("targets" in panel)) return [];
      return (panel.targets as { expr?: string }[]).flatMap(({ expr }) =>
        expr === undefined
          ? []
          : [{ page, panel: panel.title ?? "", expr: expr.replaceAll("$__rate_interval", rateInterval) }],
      );
    }),
  );
}

/** Whether it says nothing as long as nothing goes wrong. */
export const mayBeEmpty = ({ expr }: Question) => onlyAfterFaults.test(expr);
