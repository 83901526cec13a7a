import type { V1Pod } from "@kubernetes/client-node";
import { jaegerQueryName, defaultNamespace as namespace } from "../../../lib/names.ts";
import { podsOf, signalProgram } from "../../chaos/processes.ts";
import { connect } from "../../landscape/kubernetes/client.ts";
import { waitUntilReady } from "../../landscape/kubernetes/wait.ts";
import { vaultClient } from "../../landscape/vault/client.ts";
import { waitFor } from "../../wait.ts";
import { attempt, type Finding } from "../findings.ts";
import { auditorToken, patienceMs, recordsOf, type Deed } from "./records.ts";
import { askView, bearerOf } from "./requests.ts";
import type { Site } from "./site.ts";

const times = 20;

/** Whether what was read is known after the pod that it was read from, or its proxy, has gone at once. */
export async function replacedFindings(site: Site, trace: string): Promise<Finding[]> {
  const deed: Deed = { trace, person: "devops", view: "all" };
  const { view } = deed;
  const workload = jaegerQueryName(view);
  const kubernetes = connect();
  const auditor = await auditorToken(await vaultClient());
  const headers = await bearerOf(site, deed.person);
  const waysToGo: [string, (pod: V1Pod) => unknown][] = [
    ["its pod is deleted", ({ metadata }) => kubernetes.core.deleteNamespacedPod({ namespace, name: metadata!.name! })],
    ["its proxy is killed", (pod) => signalProgram(pod, "SIGKILL", "oauth2-proxy")],
  ];
  const findings: Finding[] = [];
  for (const [how, go] of waysToGo) {
    findings.push(
      await attempt(`A trace is read ${times} times, then at once ${how}`, "-", `${times} records`, async () => {
        const { theirs: before } = await recordsOf(deed, 0, auditor);
        const [pod] = await podsOf(kubernetes, workload);
        for (let read = 0; read < times; read++) {
          const { status } = await askView(site, view, { headers, path: `/api/traces/${trace}` });
          if (status !== 200) return { found: `${status} at reading`, good: false };
        }
        await go(pod!);
        // The kubelet needs a moment to see that a process has gone.
        await waitFor(async () => (await podsOf(kubernetes, workload)).every((one) => !isSame(one, pod!)), {
          limit: patienceMs,
        });
        await waitUntilReady(kubernetes, { kind: "Deployment", namespace, name: workload });
        const { theirs } = await recordsOf(deed, before + times, auditor);
        return { found: `${theirs - before} records`, good: theirs - before === times };
      }),
    );
  }
  return findings;
}

/** Whether a pod is the one of before, and no container of it was started again. */
function isSame(one: V1Pod, before: V1Pod): boolean {
  const restarts = ({ status }: V1Pod) =>
    status?.containerStatuses?.reduce((sum, { restartCount }) => sum + restartCount, 0);
  return one.metadata?.uid === before.metadata?.uid && restarts(one) === restarts(before);
}
