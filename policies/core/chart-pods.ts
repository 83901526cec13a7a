import { at, isRecord, list, text } from "./value.ts";
import type { Json } from "./value.ts";

const podKeys = [
  "hostNetwork",
  "hostPID",
  "hostIPC",
  "podSecurityContext",
  "securityContext",
  "containerSecurityContext",
  ...[
    "automountServiceAccountToken",
    "shareProcessNamespace",
    "hostAliases",
    "dnsConfig",
    "priorityClassName",
    "tolerations",
  ],
];

/** The pod that the usual keys of values stand for, as far as they say it. */
export function chartPod(value: Json, name: string): Json | undefined {
  const image = chartImage(value["image"]);
  const { ports: given } = value;
  const ports = Object.values(isRecord(given) ? given : list(given)).filter(isRecord);
  const hostPorts = ports.filter(({ hostPort, enabled }) => hostPort !== undefined && enabled !== false);
  const extra = (...keys: string[]) => keys.flatMap((key) => list(value[key])).filter(isRecord);
  const env = extra("env", "extraEnv", "extraEnvs", "extraEnvVars").filter((one) => "valueFrom" in one);
  const volumes = extra("volumes", "extraVolumes");
  const found = [hostPorts, env, volumes].some((of) => of.length > 0);
  if (!image && !found && !podKeys.some((key) => key in value)) return undefined;
  return {
    ...Object.fromEntries(podKeys.map((key) => [key, value[key]])),
    securityContext: value["podSecurityContext"],
    volumes,
    containers: [
      {
        name,
        ...(image && { image }),
        securityContext: value["containerSecurityContext"] ?? value["securityContext"],
        env,
        ...(hostPorts.length > 0 && { ports: hostPorts }),
      },
    ],
  };
}

function chartImage(image: unknown): string | undefined {
  if (typeof image === "string") return image;
  const repository = text(at(image, "repository"));
  if (!repository) return undefined;
  const registry = text(at(image, "registry"));
  const digest = text(at(image, "digest"));
  const tag = text(at(image, "tag"));
  // Without a tag the chart's own version is taken, which is exact.
  return [registry, repository].filter(Boolean).join("/") + (digest ? `@${digest}` : `:${tag ? tag : "of-the-chart"}`);
}
