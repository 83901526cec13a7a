import { kubectl } from "../../cluster/kubectl.ts";
import { name, namespace, port } from "../../landscape/monitoring/settings.ts";

/** A series, and what it is now. */
export interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

/** An alert that is about to fire, or does. */
export interface ActiveAlert {
  labels: Record<string, string>;
  state: "pending" | "firing";
}

/** What the company's Prometheus answers, asked through the cluster's API. */
async function ask<T>(path: string): Promise<T> {
  const answer = await kubectl("get", "--raw", `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy${path}`);
  return (JSON.parse(answer) as { data: T }).data;
}

/** @throws if Prometheus does not take the question. */
export async function query(expr: string): Promise<Sample[]> {
  const { result } = await ask<{ result: Sample[] }>(`/api/v1/query?query=${encodeURIComponent(expr)}`);
  return result;
}

export async function activeAlerts(): Promise<ActiveAlert[]> {
  return (await ask<{ alerts: ActiveAlert[] }>("/api/v1/alerts")).alerts;
}
