import type { Context } from "../../config/context.ts";
import { imageOf } from "../../config/settings.ts";
import { ports } from "../../lib/names.ts";
import { accountsOf, storeNames } from "../elasticsearch/names.ts";
import { resources, type Volume } from "../kubernetes/pod.ts";
import { httpProbes } from "../kubernetes/probes.ts";
import type { SidecarContainer } from "../kubernetes/workload-plan.ts";
import { renderYaml } from "../kubernetes/yaml.ts";
import { goRuntime, podIp } from "../otel/collector-parts.ts";
import { accountInTurn } from "../vault/account-in-turn.ts";
import { vaultPaths } from "../vault/paths.ts";
import type { SecretFile } from "../vault/vault-agent.ts";
import { auditArguments, auditConfig, authorizationFile } from "./audit-config.ts";
import { auditMount, auditVolume } from "./audit-file.ts";

const configFile = "audit.yaml";

/** What keeps who read what, as an addition to the pods of a view. */
export interface AuditTrail {
  /** Has to outlive the proxy: it stores what that one has written last. */
  container: SidecarContainer;
  files: readonly SecretFile[];
  /** Configuration files, in the pods' configuration folder. */
  config: Record<string, string>;
  volumes: readonly Volume[];
}

/**
 * The collector beside a view's proxy that stores who read what, where neither the pod's end nor anybody who reads traces
 * can take it away.
 *
 * @param configDir where the container sees its configuration, and `elasticsearch-ca.crt`.
 */
export function auditTrail(context: Context, view: string, configDir: string): AuditTrail {
  const { settings } = context;
  return {
    container: {
      name: "audit",
      image: imageOf(settings, "collector"),
      args: [`--config=${configDir}/${configFile}`, ...auditArguments],
      env: [podIp, ...goRuntime(settings.sizes.audit)],
      resources: resources(settings.sizes.audit),
      volumeMounts: [auditMount],
      // No pod shows traces whose reader nobody could store.
      ...httpProbes("/", ports.auditHealth),
    },
    files: [
      accountInTurn(vaultPaths(context), accountsOf(storeNames(context).audit.writer), {
        file: authorizationFile,
        render: '{{ printf "%s:%s" $account.username $account.password | base64Encode }}',
      }),
    ],
    config: { [configFile]: renderYaml(auditConfig(context, view, configDir)) },
    volumes: [auditVolume],
  };
}
