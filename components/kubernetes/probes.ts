import type { types } from "@pulumi/kubernetes";
import { ports } from "../../lib/names.ts";

/** Probes of a program with a health endpoint over HTTP. */
export function httpProbes(path: string, port: number = ports.health) {
  const httpGet = { path, port };
  return {
    startupProbe: { httpGet, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { httpGet, periodSeconds: 5 },
    livenessProbe: { httpGet, periodSeconds: 15, failureThreshold: 4 },
  } satisfies Partial<types.input.core.v1.Container>;
}
