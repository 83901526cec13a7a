import type { types } from "@pulumi/kubernetes";
import { ports } from "../../lib/names.ts";

/** Probes of a program with a health endpoint over HTTP, or over HTTPS, where Kubernetes takes any certificate. */
export function httpProbes(path: string, port: number = ports.health, scheme?: "HTTPS") {
  const httpGet = { path, port, ...(scheme && { scheme }) };
  return {
    startupProbe: { httpGet, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { httpGet, periodSeconds: 5 },
    livenessProbe: { httpGet, periodSeconds: 15, failureThreshold: 4 },
  } satisfies Partial<types.input.core.v1.Container>;
}
