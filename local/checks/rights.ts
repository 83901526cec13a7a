/**
 * A user with exactly the rights of docs/guides, on a control plane of its own: what the stacks make in Kubernetes is made, read,
 * changed and deleted by it, by hand and by the real engine; what no deployer may do is refused; and no right is given that nobody
 * uses.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PatchStrategy } from "@kubernetes/client-node";
import { Command } from "commander";
import { gatewayApi } from "../../components/access/gateway-api.ts";
import { ownMetadata } from "../../components/kubernetes/metadata.ts";
import { egressPolicy } from "../../components/wiring/egress.ts";
import { agentConfigName } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import { readStack } from "../../config/stack-file.ts";
import { claimsOf } from "../../lib/claims.ts";
import {
  claimPrefix,
  defaultNamespace as namespace,
  elasticsearchName,
  jaegerQueryName,
  ports,
} from "../../lib/names.ts";
import { untilRolledOut } from "../../lib/rollout.ts";
import { refusalOf } from "../../review/check/answer.ts";
import { lookBefore } from "../../review/check/check.ts";
import { lackingRights } from "../../review/check/report.ts";
import { tryPatch } from "../../review/check/trial.ts";
import { readNeighbours } from "../../review/drift/neighbours.ts";
import { settle } from "../bench/preview/company.ts";
import { prepareEngine } from "../bench/preview/engine.ts";
import { anyContent } from "../bench/preview/operator.ts";
import { subjectOfStack } from "../bench/preview/subject.ts";
import { startControlPlane, type ControlPlane } from "../cluster/control-plane.ts";
import { guideObjects } from "../landscape/deployer.ts";
import { apply, clientsOf, type Kubernetes } from "../landscape/kubernetes/client.ts";
import { giveRights } from "../landscape/rights.ts";
import { withoutFiles } from "./context.ts";
import { repositoryDir } from "../paths.ts";
import { waitFor } from "../wait.ts";
import { attempt, print, type Finding } from "./findings.ts";
import { AuditLog } from "./rights/audit-log.ts";
import { tryEngine } from "./rights/engine.ts";
import { expectedObjects, isPatch, stacks, withoutHints, type Expected } from "./rights/graph.ts";
import { sayThatPodsRun } from "./rights/kubelet.ts";
import { ownManager, tryObjects } from "./rights/objects.ts";
import { tryAPod, tryForbidden, untilLimited } from "./rights/refused.ts";
import { refusals, rightsIn, rightsUsedBy } from "./rights/usage.ts";

const { byHand } = new Command("rights")
  .description("Tries the rights that the guides give to a deployer, on a control plane of its own.")
  .option("--by-hand", "without the engine: whether each right is used is not looked at then", false)
  .parse()
  .opts<{ byHand: boolean }>();

const user = "deployer";
const foreign = "kube-system";
/** Milliseconds for all of it. */
const longest = 10 * 60_000;
/** What makes pods of workloads, and takes away what is deleted. */
const controllers = [
  ...["deployment-controller", "replicaset-controller", "statefulset-controller", "endpoints-controller"],
  ...["serviceaccount-controller", "namespace-controller", "garbage-collector-controller"],
  "persistentvolumeclaim-protection-controller",
];

const { settings, landscape } = readStack("local");
const services = [...new Set(landscape.services.map((service) => service.namespace))];

/** Of a stack whose ways in are those of Gateway API: no checked-in stack has one. */
function gatewayRoutes(): Expected[] {
  const service = jaegerQueryName("all");
  const { domain, vpnRanges: ranges } = settings.access;
  const objects = gatewayApi({
    ...{ service, port: ports.signIn, host: `all.${domain}`, ranges, allowList: "" },
    ingress: {
      ...settings.access.ingress,
      ...{ controller: "gateway-api", entryPoint: "ingress/gateway/tls", rangesEnforcedBy: "the load balancer" },
    },
    metadataOf: (name) => ownMetadata(settings, name),
  });
  return objects.map(({ id, ...object }) => ({
    ...{ name: `gateway-api-${id}`, type: `kubernetes:${object.apiVersion}:${object.kind}`, object },
  }));
}

/** Of a stack that lets a service out to the gateway: no checked-in one does. */
function egressOf(service: Service): Expected {
  const metadata = ownMetadata(settings, agentConfigName(service), { namespace: service.namespace });
  const object = {
    ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata, spec: egressPolicy(service) },
  };
  return { name: `${service.id}-egress`, type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", object };
}

/** What one stack makes, and of each kind that it has none of, what another has. */
function ofAllKinds(): Expected[] {
  const local = expectedObjects("local");
  const known = new Set(local.map(({ type }) => type));
  const others = [...expectedObjects("prod"), ...gatewayRoutes()].filter(({ type }) => !known.has(type));
  return [...local, ...others, egressOf(landscape.services[0]!)];
}

/** What the program and its commands ask of the own namespace beside the engine. */
async function ownQuestions(
  { config }: Kubernetes,
  objects: readonly Expected[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const answers: [string, () => Promise<string>][] = [
    [
      "the look before anything changes",
      async () => {
        const subjects = await lookBefore(config, withoutFiles(readStack("local")), signal);
        return lackingRights(subjects)
          .map(({ text }) => text)
          .join("; ");
      },
    ],
    [
      "trial of each object, as in a preview",
      async () => {
        const trials = objects
          .filter((one) => !isPatch(one))
          .map((one) => tryPatch(config, { body: withoutHints(one), fieldManager: "trial" }, true));
        const bad = (await Promise.all(trials)).filter(({ state }) => state !== "accepted");
        return bad.map((trial) => JSON.stringify(trial)).join("; ");
      },
    ],
    ["neighbours, for drift", async () => (await readNeighbours(config, namespace)).unread.join(", ")],
    [
      "disks of a workload",
      async () => {
        await claimsOf(config, { namespace, prefix: claimPrefix(elasticsearchName) });
        return "";
      },
    ],
    [
      "how far a rollout is",
      () =>
        // It asks until it is there; whether it may, the first answer says.
        untilRolledOut(config, { namespace, name: "none" }).then(
          () => "",
          (error: unknown) => (refusalOf(error).code === 404 ? "" : refusalOf(error).message),
        ),
    ],
  ];
  return Promise.all(
    answers.map(([what, ask]) =>
      attempt(`own questions: ${what}`, "-", "answered", async () => {
        const complaint = await ask();
        return { found: complaint || "answered", good: complaint === "" };
      }),
    ),
  );
}

/** The program as it is, with its look at the cluster and its trials: a preview, for there is neither a Vault nor a store. */
async function previewed(
  folder: string,
  { ca, serviceAccountKey: serviceAccountKeys }: ControlPlane,
  kubeconfig: string,
  signal: AbortSignal,
): Promise<Finding> {
  return attempt("the engine: preview of the program itself", "-", "done", async () => {
    await mkdir(folder, { recursive: true });
    const { stack, config } = await subjectOfStack("local", folder, { ca, serviceAccountKeys });
    const engine = await prepareEngine(folder, kubeconfig, new Map([[stack, config]]), signal);
    await engine.preview({ project: repositoryDir, stack }, signal);
    return { found: "done", good: true };
  });
}

/** Else the engine would find what is on it to be somebody else's. */
async function takeBackNamespace({ objects }: Kubernetes): Promise<void> {
  const bare = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  await objects.patch(bare, undefined, undefined, ownManager, true, PatchStrategy.ServerSideApply);
}

/** The deployer leaves them, and those of another stack have other sizes. They go when no pod has them any more. */
async function removeDisks({ core }: Kubernetes): Promise<void> {
  await core.deleteCollectionNamespacedPersistentVolumeClaim({ namespace });
  const gone = async () => (await core.listNamespacedPersistentVolumeClaim({ namespace })).items.length === 0;
  if (!(await waitFor(gone, { limit: 60_000, every: 200 }))) throw new Error(`disks stay in ${namespace}`);
}

async function tryAll(folder: string, signal: AbortSignal): Promise<Finding[]> {
  const progress = (text: string) => console.error(`  ${text}`);
  const file = join(folder, "audit.jsonl");
  progress("starting a control plane");
  await using plane = await startControlPlane(join(folder, "cluster"), signal, { controllers, auditLog: file });
  const administrator = clientsOf(plane.kubeconfig);
  await settle(plane.kubeconfig, landscape.services, signal);
  await apply(administrator, anyContent("gateway.networking.k8s.io", "TLSRoute", "tlsroutes"));
  await giveRights(administrator, user, { namespace, services });
  const kubeconfig = await plane.kubeconfigOf(user);
  const deployer = clientsOf(kubeconfig);

  for (const object of guideObjects("limits", user, namespace)) await apply(administrator, object);
  await untilLimited(deployer, namespace);

  const log = new AuditLog(file);
  const findings: Finding[] = [];
  progress("what no deployer may do");
  findings.push(...(await tryForbidden(deployer, user, { own: namespace, services: services[0]!, foreign })));
  findings.push(await tryAPod(deployer, services[0]!));
  for (const stack of stacks) {
    progress(`every object of the stack ${stack}`);
    findings.push(...(await tryObjects(deployer, stack, expectedObjects(stack))));
    await takeBackNamespace(administrator);
    await removeDisks(administrator);
  }
  await log.next();

  const objects = ofAllKinds();
  findings.push(...(await ownQuestions(deployer, objects, signal)));
  if (byHand) return findings;
  progress("engine: a preview of the program itself");
  findings.push(await previewed(join(folder, "preview"), plane, kubeconfig, signal));
  const pods = new AbortController();
  const kubelet = sayThatPodsRun(administrator, namespace, pods.signal);
  try {
    const run = { folder: join(folder, "engine"), kubeconfig, objects, progress, signal };
    findings.push(...(await tryEngine(run)));
  } finally {
    pods.abort();
    await kubelet;
  }
  return [...findings, ...(await judgeUse(log))];
}

/** Whether something was refused that nobody said a word of, as an engine that waits in vain, and whether a right of the own namespace was of no use. */
async function judgeUse(log: AuditLog): Promise<Finding[]> {
  const requests = (await log.next()).filter((request) => request.user === user);
  // The engine asks for the events of all that it waits for, and does without where it may not read them.
  const refused = refusals(
    requests.filter(({ what, namespace: where }) => !(what === "/events" && where !== namespace)),
  );
  const given = rightsIn(guideObjects("namespace", user, namespace));
  const used = rightsUsedBy(requests);
  const useless = given.filter((one) => !used.has(one));
  return [
    {
      ...{ what: `${requests.length} requests of the engine and of own questions`, layer: "-" },
      expected: "none refused",
      found: refused.join("; ") || "none refused",
      good: requests.length > 0 && refused.length === 0,
    },
    {
      ...{ what: `${given.length} rights in the stack's own namespace`, layer: "-", expected: "each is used" },
      found: useless.length > 0 ? `not used: ${useless.join("; ")}` : "each is used",
      good: given.length > 0 && useless.length === 0,
    },
  ];
}

const interrupted = new AbortController();
// Not `once`: npm hands on what the terminal has sent already, and the second one would end the process before it cleans up.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interrupted.abort());

let good = false;
const folder = await mkdtemp(join(tmpdir(), "order-tracing-rights-"));
try {
  good = print(await tryAll(folder, AbortSignal.any([interrupted.signal, AbortSignal.timeout(longest)])));
} catch (error) {
  if (!interrupted.signal.aborted) console.error(error instanceof Error ? error.message : error);
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(interrupted.signal.aborted ? 130 : good ? 0 : 1);
