import { createHash } from "node:crypto";
import type { KubernetesObject, V1ConfigMap, V1Secret, V1Service, V1StatefulSet } from "@kubernetes/client-node";
import { containerSecurity, labels, nameLabel, podSecurity, service, serviceAccount } from "../kubernetes/workload.ts";
import { vaultImage } from "../images.ts";
import { address, caDirectory, caFile, name, namespace, pluginDirectory, port, serverCaFile } from "./settings.ts";

/** PEM texts that the pod needs. */
export interface VaultCertificates {
  /** The company's root CA. */
  readonly root: string;
  /** The CA of Vault's own certificate. */
  readonly serverCa: string;
  readonly certificate: string;
  readonly key: string;
}

/** User and group of the image's process. */
const uid = 100;
const gid = 1000;
const internal = `${name}-internal`;
const tls = `${name}-tls`;
const ca = "corporate-ca";
const metadata = { name, namespace, labels: labels(name) };

/** Objects of the corporate Vault: one server, integrated storage, TLS with a certificate of the company's CA. */
export function vaultObjects(certificates: VaultCertificates): KubernetesObject[] {
  const config: V1ConfigMap = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "vault.json": serverConfig() } };
  const authority: V1ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...metadata, name: ca },
    data: { [caFile]: certificates.root, [serverCaFile]: certificates.serverCa },
  };
  const pair: V1Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...metadata, name: tls },
    type: "kubernetes.io/tls",
    data: { "tls.crt": base64(certificates.certificate), "tls.key": base64(certificates.key) },
  };
  const account = serviceAccount(name, namespace);
  const checksum = createHash("sha256")
    .update(JSON.stringify([config.data, authority.data, pair.data]))
    .digest("hex");
  return [config, authority, pair, account, ...services(), statefulSet(checksum)];
}

function services(): V1Service[] {
  const front = service(name, namespace, port);
  const headless: V1Service = {
    ...front,
    metadata: { ...front.metadata, name: internal },
    spec: { ...front.spec, clusterIP: "None" },
  };
  // A sealed Vault is not ready, and it is unsealed through this Service.
  return [{ ...front, spec: { ...front.spec, publishNotReadyAddresses: true } }, headless];
}

function statefulSet(checksum: string): V1StatefulSet {
  const health = (query: string) => ({ httpGet: { path: `/v1/sys/health?${query}`, port, scheme: "HTTPS" } });
  // A Vault without keys, or a sealed one, works: it only serves nobody yet.
  const alive = health("standbyok=true&uninitcode=200&sealedcode=200");
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata,
    spec: {
      serviceName: internal,
      selector: { matchLabels: { [nameLabel]: name } },
      template: {
        metadata: { labels: labels(name), annotations: { "company/config-checksum": checksum } },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: { ...podSecurity, fsGroup: gid },
          containers: [
            {
              name,
              image: vaultImage,
              // No registry has it; one of that name would be a stranger's.
              imagePullPolicy: "Never",
              // Not by the image's entry point: it wants to set capabilities on the binary, which takes root.
              command: ["/bin/vault", "server", "-config=/vault/config"],
              env: [
                // For `kubectl exec`.
                { name: "VAULT_ADDR", value: `https://127.0.0.1:${port}` },
                { name: "VAULT_CACERT", value: `${caDirectory}/${serverCaFile}` },
              ],
              ports: [{ containerPort: port, protocol: "TCP" }],
              resources: { requests: { cpu: "50m", memory: "512Mi" }, limits: { memory: "512Mi" } },
              securityContext: { ...containerSecurity, runAsUser: uid, runAsGroup: gid },
              startupProbe: { ...alive, periodSeconds: 1, failureThreshold: 120 },
              readinessProbe: { ...health("standbyok=true"), periodSeconds: 3, timeoutSeconds: 5 },
              livenessProbe: { ...alive, periodSeconds: 20, timeoutSeconds: 10 },
              volumeMounts: [
                { name: "config", mountPath: "/vault/config", readOnly: true },
                { name: "ca", mountPath: caDirectory, readOnly: true },
                { name: "tls", mountPath: "/vault/tls", readOnly: true },
                { name: "data", mountPath: "/vault/data" },
                { name: "tmp", mountPath: "/tmp" },
              ],
            },
          ],
          volumes: [
            { name: "config", configMap: { name } },
            { name: "ca", configMap: { name: ca } },
            { name: "tls", secret: { secretName: tls, defaultMode: 0o440 } },
            { name: "tmp", emptyDir: {} },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      ],
    },
  };
}

function serverConfig(): string {
  const config = {
    api_addr: address,
    // One server: it never has to tell another one where it is.
    cluster_addr: "https://127.0.0.1:8201",
    // Without CAP_IPC_LOCK there is no locking of memory; the machine has no swap for pods either.
    disable_mlock: true,
    plugin_directory: pluginDirectory,
    listener: {
      tcp: {
        address: `0.0.0.0:${port}`,
        tls_cert_file: "/vault/tls/tls.crt",
        tls_key_file: "/vault/tls/tls.key",
        tls_min_version: "tls12",
      },
    },
    storage: { raft: { path: "/vault/data", node_id: "vault-0", performance_multiplier: 1 } },
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
