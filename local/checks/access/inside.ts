import { once } from "node:events";
import { connect as openSocket } from "node:net";
import { connect as openTls } from "node:tls";
import { jaegerQueryName, defaultNamespace as namespace, ports } from "../../../lib/names.ts";
import * as identity from "../../landscape/identity/settings.ts";
import * as ingress from "../../landscape/ingress/settings.ts";
import { connect, type Kubernetes } from "../../landscape/kubernetes/client.ts";
import { exec } from "../../landscape/kubernetes/exec.ts";
import { nameLabel } from "../../landscape/kubernetes/workload.ts";
import { attempt, type Finding } from "../findings.ts";

/** Port of the view's pod that is not Jaeger's own. */
const proxyPort = 8443;

/** What is tried at the pod itself, past VPN and ingress: from a pod of another namespace, and from the node's network. */
export async function insideFindings(view: string): Promise<Finding[]> {
  const kubernetes = connect();
  const pod = await podOf(kubernetes, namespace, jaegerQueryName(view));
  const elsewhere = await podOf(kubernetes, "mes", "mes-api");
  const curl = (url: string) => curlIn(kubernetes, elsewhere.name, url);
  const inPod = `from a pod of namespace mes`;
  const policy = "NetworkPolicy";
  return Promise.all([
    attempt(`${inPod}: the sign-in, to see that the request itself works`, "-", "200", async () => {
      const found = await curl(`https://${identity.host}:${identity.port}/health`);
      return { found, good: found === "200" };
    }),
    attempt(`${inPod}: the pod of ${view}, port ${proxyPort}`, policy, "no connection", async () => {
      const found = await curl(`https://${pod.ip}:${proxyPort}/`);
      return { found, good: found === "no connection" };
    }),
    attempt(`${inPod}: Jaeger's own port in it`, policy, "no connection", async () => {
      const found = await curl(`http://${pod.ip}:${ports.jaegerQuery}/api/v3/services`);
      return { found, good: found === "no connection" };
    }),
    // The policy engine of this cluster lets the node through, as the kubelet's probes need it: other layers must refuse.
    attempt(`from the node: the pod of ${view} without a token`, "oauth2-proxy", "401", async () => {
      const found = await statusOverTls(pod.ip, ingress.viewHost(view));
      return { found, good: found === "401" };
    }),
    attempt("from the node: Jaeger's own port in it", "Jaeger: loopback only", "ECONNREFUSED", async () => {
      const found = await connects(pod.ip, ports.jaegerQuery);
      return { found, good: found === "ECONNREFUSED" };
    }),
  ]);
}

async function podOf({ core }: Kubernetes, space: string, name: string): Promise<{ name: string; ip: string }> {
  const { items } = await core.listNamespacedPod({ namespace: space, labelSelector: `${nameLabel}=${name}` });
  const pod = items.find(({ metadata, status }) => !metadata?.deletionTimestamp && status?.podIP);
  if (!pod) throw new Error(`there is no pod of ${space}/${name}`);
  return { name: pod.metadata?.name ?? "", ip: pod.status?.podIP ?? "" };
}

/** HTTP status that curl in a pod of MES sees, or `no connection`. What it does not trust it may read: it is refused before. */
async function curlIn(kubernetes: Kubernetes, pod: string, url: string): Promise<string> {
  const script = `curl --silent --insecure --max-time 5 --output /dev/null --write-out '%{http_code}' ${url} || echo " exit $?"`;
  const output = await exec(kubernetes, { namespace: "mes", pod, container: "mes-api" }, ["sh", "-c", script]);
  // 7: refused, 28: no answer. Everything else is no refusal by the network.
  if (/^000 exit (7|28)$/.test(output.trim())) return "no connection";
  return output.trim();
}

async function connects(host: string, port: number): Promise<string> {
  const socket = openSocket({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(5_000) });
    return "connected";
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code ?? message;
  } finally {
    socket.destroy();
  }
}

/** Certificates are for the view's name; here only the answer counts. */
async function statusOverTls(host: string, servername: string): Promise<string> {
  const socket = openTls({ host, port: proxyPort, servername, rejectUnauthorized: false });
  try {
    const signal = AbortSignal.timeout(10_000);
    await once(socket, "secureConnect", { signal });
    socket.write(`GET /api/v3/services HTTP/1.1\r\nhost: ${servername}\r\nconnection: close\r\n\r\n`);
    const [data] = (await once(socket, "data", { signal })) as [Buffer];
    return /^HTTP\/1\.\d (\d+)/.exec(data.toString())?.[1] ?? "no HTTP";
  } finally {
    socket.destroy();
  }
}
