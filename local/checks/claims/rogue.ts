import { randomBytes } from "node:crypto";
import type { V1Container, V1Deployment } from "@kubernetes/client-node";
import { attributes } from "../../../lib/attributes.ts";
import type { Views } from "../../../lib/jaeger/views.ts";
import { allView, ports, unassignedGroup, viewNames } from "../../../lib/names.ts";
import { handToAgent } from "../../../lib/planted/agent.ts";
import { attribute } from "../../../lib/planted/otlp.ts";
import { spanWith } from "../../../lib/planted/places.ts";
import { portForward } from "../../../lib/port-forward.ts";
import { apply, statusCode, type Kubernetes } from "../../landscape/kubernetes/client.ts";
import { waitUntilReady } from "../../landscape/kubernetes/wait.ts";
import { labels, podSecurity } from "../../landscape/kubernetes/workload.ts";
import { waitFor } from "../../wait.ts";

/** The back end that the rogue claims to be, in whose namespace it lives: nearer than that nobody gets. */
const victim = { name: "shop-api", namespace: "shop", group: "shop" };
const name = "tracing-check-rogue";
const account = "default";

/** What every check of this folder is handed. */
export interface Live {
  kubernetes: Kubernetes;
  views: Views;
  groups: readonly string[];
  signal: AbortSignal;
}

/** The victim's own agent, as it runs, in a pod with another account. */
async function rogueDeployment({ apps }: Kubernetes): Promise<V1Deployment> {
  const { spec } = await apps.readNamespacedDeployment(victim);
  const pod = spec?.template.spec;
  const agent = pod?.initContainers?.find((container) => container.name === "otel-agent");
  if (!agent) throw new Error(`${victim.name} has no agent: is it wired? See npm run pulumi -- up`);
  // Not beside an application, but by itself.
  const container: V1Container = { ...agent, restartPolicy: undefined };
  const mounted = new Set(container.volumeMounts?.map((mount) => mount.name));
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
          volumes: pod?.volumes?.filter((volume) => mounted.has(volume.name)) ?? [],
        },
      },
    },
  };
}

/**
 * A pod of the namespace, with another account and a token of its own, says that it is the back end and that its span belongs to
 * a customer's order.
 *
 * @returns what is not as it must be.
 */
export async function rogueFaults({ kubernetes, views, groups, signal }: Live, order: string): Promise<string[]> {
  const traceId = randomBytes(16).toString("hex");
  const since = Date.now();
  const workload = { kind: "Deployment", name, namespace: victim.namespace } as const;
  try {
    await apply(kubernetes, await rogueDeployment(kubernetes));
    await waitUntilReady(kubernetes, workload, { signal });
    const claims = [attribute(attributes.serviceName, victim.name), attribute(attributes.group, victim.group)];
    const span = spanWith(
      {
        resource: { attributes: claims },
        span: {
          attributes: [...claims, attribute(attributes.orderId, order), attribute("url.path", `/orders/${order}`)],
        },
      },
      {
        ...{ traceId, spanId: traceId.slice(16), name: "GET /orders/{id}", status: { code: 2 } },
        ...{ startTimeUnixNano: `${since}000000`, endTimeUnixNano: `${since + 1}000000` },
      },
    );
    const target = { namespace: victim.namespace, deployment: name, port: ports.otlpHttp };
    await handToAgent({ name, open: () => portForward(kubernetes.config, target), signal }, [span]);

    const shown = async (view: string, service: string) => {
      const search = { service, since: since - 60_000, until: Date.now() + 60_000, depth: 200 };
      return (await views.view(view).find(search)).find((one) => one.traceId === traceId);
    };
    const seen = await waitFor(() => shown(allView, unassignedGroup), { limit: 90_000, every: 3_000, signal });
    if (!seen) return [`view ${allView} shows no such span of ${unassignedGroup} within 90 s`];
    const faults: string[] = [];
    const expect = (what: string, actual: string | undefined, wanted: string | undefined) => {
      if (actual !== wanted) faults.push(`${what} is ${actual}, not ${wanted}`);
    };
    expect("its group", seen.group, unassignedGroup);
    expect("its sender", seen.sender, `${victim.namespace}/${account}`);
    expect("its order", seen.attributes[attributes.orderId], undefined);
    for (const view of viewNames(groups)) {
      if (await shown(view, victim.name)) faults.push(`view ${view} shows it as ${victim.name}`);
      if (view !== allView && (await shown(view, unassignedGroup))) faults.push(`view ${view} shows it`);
    }
    return faults;
  } finally {
    await kubernetes.apps
      .deleteNamespacedDeployment({ ...workload, propagationPolicy: "Background" })
      .catch((error: unknown) => {
        if (statusCode(error) !== 404) throw error;
      });
  }
}
