import { applications } from "./applications.ts";
import * as identity from "./identity/settings.ts";
import * as ingress from "./ingress/settings.ts";
import * as monitoring from "./monitoring/settings.ts";
import { connect, message, statusCode, type Kubernetes } from "./kubernetes/client.ts";
import { readiness, type WorkloadReference } from "./kubernetes/readiness.ts";
import { read } from "./kubernetes/wait.ts";
import { stores } from "./stores.ts";
import { anonymousVaultClient } from "./vault/client.ts";
import * as vault from "./vault/settings.ts";
import { sealState } from "./vault/unseal.ts";

/** Where one part of the landscape stands. */
export interface PartStatus {
  readonly name: string;
  readonly namespace: string;
  readonly ready: boolean;
  /** For people: `1/1`, `missing`, `0/1, sealed`, or why it cannot be told. */
  readonly state: string;
}

/** Where the parts of the landscape stand. Changes nothing, waits for nothing, and does not throw if nothing is there. */
export async function landscapeStatus(): Promise<PartStatus[]> {
  const parts: WorkloadReference[] = [
    ...[...stores, ...applications, identity, ingress, monitoring].map(({ name, namespace }) => ({
      kind: "Deployment" as const,
      name,
      namespace,
    })),
    { kind: "StatefulSet", name: vault.name, namespace: vault.namespace },
  ];
  let kubernetes: Kubernetes;
  try {
    kubernetes = connect();
  } catch (error) {
    return parts.map(({ name, namespace }) => ({ name, namespace, ready: false, state: message(error) }));
  }
  return Promise.all(parts.map((part) => partStatus(kubernetes, part)));
}

async function partStatus(kubernetes: Kubernetes, part: WorkloadReference): Promise<PartStatus> {
  const { name, namespace } = part;
  try {
    const { ready, pods } = readiness(await read(kubernetes, part));
    const state = part.kind === "StatefulSet" ? `${pods}, ${await sealOf(kubernetes)}` : pods;
    return { name, namespace, ready, state };
  } catch (error) {
    return { name, namespace, ready: false, state: statusCode(error) === 404 ? "missing" : message(error) };
  }
}

async function sealOf(kubernetes: Kubernetes): Promise<string> {
  return sealState(await anonymousVaultClient(kubernetes));
}
