import type { Context } from "../../config/context.ts";
import { imageOf } from "../../config/settings.ts";
import {
  memoryVolume,
  resources,
  restrictedContainer,
  tokenVolume,
  type Container,
  type Volume,
  type VolumeMount,
} from "../kubernetes/pod.ts";
import { vaultPaths, type VaultPaths } from "./paths.ts";

/** A file that Vault Agent keeps in the pod's memory volume. */
export type SecretFile = {
  /**
   * Process of the pod that reads the file only when it starts: the agent ends it, by SIGTERM, whenever the file is new, and
   * Kubernetes starts it again. Default: whoever reads the file reads it again by itself.
   */
  restarts?: string;
} & (
  | {
      kind: "certificate";
      /** DNS names; the first is the common name. */
      dnsNames: readonly [string, ...string[]];
      /**
       * Names of the pods, where each is server and client of the others: a pod's certificate has its own name, and identifies it
       * as a client, too. Default: pods do not talk to each other.
       */
      pods?: readonly string[];
      /** True: it also opens the servers of the stack that ask for a certificate. Default: it identifies a server only. */
      client?: boolean;
    }
  | {
      kind: "template";
      file: string;
      /** Template in Vault Agent's language. Holds paths, never values. */
      contents: string;
      /** API paths that the template reads. */
      reads: readonly string[];
    }
  | {
      kind: "kv";
      file: string;
      /** Name of a secret of the stack in the company's KV mount. */
      secret: string;
      /** Its field; the file holds its value and nothing else. */
      field: string;
    }
);

/** Who a workload is to Vault, and what it gets from there. */
export interface VaultAgentPlan {
  /** Name of workload, service account, Vault role and policy. */
  workload: string;
  files: readonly SecretFile[];
}

/** Where the files are, in every container that mounts them. */
export const secretsDir = "/vault/secrets";

/** Files of a certificate. The chain goes up to the company's root, which clients hold themselves. */
export const certificateFiles = {
  /** Key, certificate and CA. Vault Agent looks here for what is still good. */
  bundle: `${secretsDir}/bundle.pem`,
  certificate: `${secretsDir}/tls.crt`,
  key: `${secretsDir}/tls.key`,
  /** The stack's own CA: only workloads of the stack have certificates of it, so it is what mTLS servers ask for. */
  ca: `${secretsDir}/ca.crt`,
} as const;

const configDir = "/vault/config";
const tokenDir = "/vault/token";
const trustDir = "/vault/trust";
/** The memory volume that the files are in. */
export const secretsVolume = "vault-secrets";

/** CA of Vault's certificate, in the configuration volume. */
const vaultCaFile = "vault-ca.crt";

/** Name of a workload's ConfigMap with {@link vaultAgentConfigMap}. */
export function vaultAgentConfigMapName(workload: string): string {
  return `${workload}-vault-agent`;
}

/**
 * Contents of the agent's ConfigMap. The file is JSON, which Vault's configuration language accepts.
 *
 * The traps that the settings answer: by default the agent deletes the token that it has read, renders `<no value>` for a
 * missing key, leaves copies of old secrets, and writes them readable for all.
 */
export function vaultAgentConfigMap(context: Context, { workload, files }: VaultAgentPlan): Record<string, string> {
  const paths = vaultPaths(context);
  const { address, namespace } = context.settings.vault;
  const config = {
    vault: { address, ca_cert: `${trustDir}/${vaultCaFile}`, ...(namespace !== undefined && { namespace }) },
    auto_auth: {
      method: [
        {
          type: "jwt",
          mount_path: `auth/${paths.jwt}`,
          config: { path: `${tokenDir}/token`, role: workload, remove_jwt_after_reading: false },
        },
      ],
    },
    template_config: {
      exit_on_retry_failure: false,
      static_secret_render_interval: "1m",
      // Half of a certificate's life is left when it is renewed: so long may Vault be away.
      lease_renewal_threshold: 0.5,
    },
    template: files.map((file) => ({
      ...renderedFile(file, paths, workload),
      ...(file.restarts !== undefined && { exec: { command: ["sh", "-c", endProcess(file.restarts)] } }),
      error_on_missing_key: true,
      perms: "0440",
      backup: false,
    })),
  };
  return { "agent.json": `${JSON.stringify(config, null, 2)}\n`, [vaultCaFile]: `${context.vaultCa}\n` };
}

/**
 * Ends a process of another container, which the pod's shared process table and user allow. Never fails: before the pod's
 * first start there is no such process, and a failure would keep the agent from going on.
 */
function endProcess(name: string): string {
  return [
    "for process in /proc/[0-9]*; do",
    `read -r name < "$process/comm" && [ "$name" = ${name} ] && kill -TERM "\${process#/proc/}"`,
    "done 2> /dev/null; true",
  ].join("\n");
}

function renderedFile(file: SecretFile, { pki, kv }: VaultPaths, workload: string) {
  switch (file.kind) {
    case "certificate": {
      const [commonName, ...others] = file.dnsNames;
      const common = JSON.stringify(`common_name=${commonName}`);
      const alternative = file.pods
        ? `(print ${JSON.stringify(`alt_names=${[...others, ""].join(",")}`)} (env "HOSTNAME"))`
        : others.length > 0 && JSON.stringify(`alt_names=${others.join(",")}`);
      const names = [common, ...(alternative ? [alternative] : [])].join(" ");
      // `pkiCert` looks at the destination for a certificate that is still good; a restart or a new login issues no other.
      // The three separate files are for servers that cannot read a bundle. They are written in place, so their owner must
      // be able to write them again. Leaf and chain go into their file at once: whoever reads it between two writes would
      // serve a chain that nobody can verify.
      const write = (value: string, name: string) => `{{ ${value} | writeToFile "${name}" "" "" "0640" }}`;
      return {
        destination: certificateFiles.bundle,
        contents: [
          `{{- with pkiCert "${pki}/issue/${workload}" ${names} -}}`,
          '{{ .Key }}{{ .Cert }}{{ join "" .CAChain }}',
          write(".Key", certificateFiles.key),
          write(".CA", certificateFiles.ca),
          write('printf "%s%s" .Cert (join "" .CAChain)', certificateFiles.certificate),
          "{{- end -}}",
        ].join("\n"),
      };
    }
    case "template":
      return { destination: `${secretsDir}/${file.file}`, contents: file.contents };
    case "kv":
      return {
        destination: `${secretsDir}/${file.file}`,
        contents: `{{- with secret "${kv(file.secret)}" -}}{{ .Data.data.${file.field} }}{{- end -}}`,
      };
  }
}

/** Vault policy of a workload: exactly what its files need. */
export function vaultAgentPolicy(context: Context, { workload, files }: VaultAgentPlan): string {
  const paths = vaultPaths(context);
  const rules = files.flatMap((file): [path: string, capability: string][] => {
    if (file.kind === "certificate") return [[`${paths.pki}/issue/${workload}`, "update"]];
    if (file.kind === "kv") return [[paths.kv(file.secret), "read"]];
    return file.reads.map((path) => [path, "read"]);
  });
  // Agents renew their own token; the default policy would allow that and more.
  rules.push(["auth/token/renew-self", "update"]);
  return rules.map(([path, capability]) => `path "${path}" {\n  capabilities = ["${capability}"]\n}\n`).join("\n");
}

/** What a pod needs for its secrets: an agent that renders them before the rest starts, and one that keeps them fresh. */
export interface VaultAgentPod {
  /** Renders the files once. */
  init: Container;
  /** Keeps them fresh: a native sidecar. */
  sidecar: Container;
  volumes: Volume[];
  /** For the containers that read the secrets. */
  mount: VolumeMount;
}

/**
 * Containers and volumes of the agent.
 *
 * @param workload whose agent it is, see {@link VaultAgentPlan}.
 * @param mountPath where the reading containers see the files. Default {@link secretsDir}.
 */
export function vaultAgentPod(context: Context, workload: string, mountPath: string = secretsDir): VaultAgentPod {
  const agent = (name: string, ...args: string[]): Container => ({
    name,
    image: imageOf(context.settings, "vault"),
    command: ["vault", "agent", `-config=${configDir}/agent.json`, ...args],
    securityContext: restrictedContainer,
    resources: resources(context.settings.sizes.vaultAgent),
    volumeMounts: [
      { name: secretsVolume, mountPath: secretsDir },
      { name: "vault-agent", mountPath: configDir, readOnly: true },
      { name: "vault-agent", mountPath: trustDir, readOnly: true },
      { name: "vault-token", mountPath: tokenDir, readOnly: true },
    ],
  });
  return {
    // Fails closed: without Vault no new pod starts; running pods go on with what they have.
    init: agent("vault-agent-init", "-exit-after-auth"),
    sidecar: { ...agent("vault-agent"), restartPolicy: "Always" },
    volumes: [
      memoryVolume(secretsVolume, 4),
      { name: "vault-agent", configMap: { name: vaultAgentConfigMapName(workload) } },
      tokenVolume("vault-token", vaultAudience, 3600),
    ],
    mount: { name: secretsVolume, mountPath },
  };
}

/** Audience of the tokens with which pods log in to Vault. */
export const vaultAudience = "vault";
