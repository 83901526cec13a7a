import { resolve } from "node:path";
import * as elasticstack from "@pulumi/elasticstack";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import type { Context } from "../config/context.ts";
import { projectDir } from "../config/stack-file.ts";
import { storeAdminUrls } from "./elasticsearch/addresses.ts";

/**
 * One provider a back end. Who the run is comes from its environment, never from the settings: KUBECONFIG, VAULT_TOKEN,
 * ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD.
 */
export function createProviders(context: Context): pulumi.ProviderResource[] {
  const { cluster, vault: vaultSettings } = context.settings;
  return [
    new k8s.Provider("kubernetes", {
      kubeconfig: process.env["KUBECONFIG"] ? undefined : cluster.kubeconfigFile,
      context: cluster.context,
      // Without it an edit of the kubeconfig could replace every resource.
      clusterIdentifier: context.stack,
      enableServerSideApply: true,
      enableConfigMapMutable: true,
    }),
    new vault.Provider("vault", {
      address: vaultSettings.address,
      namespace: vaultSettings.namespace,
      caCertFile: resolve(projectDir, vaultSettings.caFile),
      // By default the provider makes itself a token of 20 minutes, which cannot be renewed: the deployer's own would need
      // the right to make tokens, and a first `up` that waits longer for pods would be refused half-way. That token is there
      // to end leases of secrets that a run has read; this program reads none.
      skipChildToken: true,
    }),
    new elasticstack.Provider("elasticstack", {
      // A list: what the plugin does not know it drops without a word, and then it has no connection.
      elasticsearches: [{ endpoints: storeAdminUrls(context.settings), caData: context.elasticsearchCa }],
    }),
  ];
}
