import type { V1Container, V1Deployment, V1VolumeProjection } from "@kubernetes/client-node";
import type { Views } from "../../../lib/jaeger/views.ts";
import { AskError } from "../../../lib/ask-error.ts";
import { ports } from "../../../lib/names.ts";
import { handToAgent } from "../../../lib/planted/agent.ts";
import type { ResourceSpans } from "../../../lib/planted/otlp.ts";
import { portForward } from "../../../lib/port-forward.ts";
import { apply, statusCode, type Kubernetes } from "../../landscape/kubernetes/client.ts";
import { waitUntilReady } from "../../landscape/kubernetes/wait.ts";
import { labels, podSecurity } from "../../landscape/kubernetes/workload.ts";
import { untilItWorks } from "../../wait.ts";

/** What every check of this folder is handed. */
export interface Live {
  kubernetes: Kubernetes;
  views: Views;
  groups: readonly string[];
  signal: AbortSignal;
}

/** The back end that a rogue claims to be, in whose namespace it lives: nearer than that nobody gets. */
export const victim = { name: "shop-api", namespace: "shop", group: "shop" };

/** The rogue's own account. */
export const account = "default";

/** A rogue that runs. */
interface Rogue {
  hand(spans: readonly ResourceSpans[]): Promise<void>;
  /** What its agent has logged. */
  log(): Promise<string>;
}

/** What of the victim's agent is otherwise. */
export interface Disguise {
  /** Where it has its token from. Default: one of its own account for the gateway. */
  token?: V1VolumeProjection;
  /** A piece of configuration, in YAML on one line with `::` between keys. Default: the victim's configuration. */
  config?: string;
}

/** The victim's own agent, as it runs, in a pod with another account. */
async function deploymentOf({ apps }: Kubernetes, name: string, { token, config }: Disguise): Promise<V1Deployment> {
  const { spec } = await apps.readNamespacedDeployment(victim);
  const pod = spec?.template.spec;
  const agent = pod?.initContainers?.find((container) => container.name === "otel-agent");
  if (!agent) throw new Error(`${victim.name} has no agent: is it wired? See npm run pulumi -- up`);
  // Not beside an application, but by itself.
  const container: V1Container = {
    ...agent,
    restartPolicy: undefined,
    args: [...(agent.args ?? []), ...(config === undefined ? [] : [`--config=yaml:${config}`])],
  };
  const mounted = new Set(container.volumeMounts?.map((mount) => mount.name));
  const volumes = (pod?.volumes ?? [])
    .filter((volume) => mounted.has(volume.name))
    .map((volume) =>
      token && volume.projected ? { ...volume, projected: { ...volume.projected, sources: [token] } } : volume,
    );
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: victim.namespace, labels: labels(name) },
    spec: {
      selector: { matchLabels: labels(name) },
      template: {
        metadata: { labels: labels(name) },
        spec: {
          serviceAccountName: account,
          automountServiceAccountToken: false,
          securityContext: podSecurity,
          containers: [container],
          volumes,
        },
      },
    },
  };
}

/**
 * Runs a rogue for as long as the work takes. It is gone afterwards.
 */
export async function withRogue<T>(
  { kubernetes, signal }: Pick<Live, "kubernetes" | "signal">,
  name: string,
  work: (rogue: Rogue) => Promise<T>,
  disguise: Disguise = {},
): Promise<T> {
  const { namespace } = victim;
  const target = { namespace, kind: "Deployment", name, port: ports.otlpHttp } as const;
  try {
    await apply(kubernetes, await deploymentOf(kubernetes, name, disguise));
    await waitUntilReady(kubernetes, { kind: "Deployment", name, namespace }, { signal });
    return await work({
      hand(spans) {
        const open = () => portForward(kubernetes.config, target);
        const passing = (error: unknown) => error instanceof AskError && error.transient;
        // An agent has no probes: its pod is ready before it listens.
        return untilItWorks(() => handToAgent({ name, open, signal }, spans), { limit: 60_000, signal, passing });
      },
      async log() {
        const labelSelector = Object.entries(labels(name))
          .map((pair) => pair.join("="))
          .join(",");
        const { items } = await kubernetes.core.listNamespacedPod({ namespace, labelSelector });
        const logs = items.map(({ metadata }) =>
          kubernetes.core.readNamespacedPodLog({ name: metadata!.name!, namespace }),
        );
        return (await Promise.all(logs)).join("\n");
      },
    });
  } finally {
    const deletion = { name, namespace, propagationPolicy: "Background" };
    await kubernetes.apps.deleteNamespacedDeployment(deletion).catch((error: unknown) => {
      if (statusCode(error) !== 404) throw error;
    });
  }
}
