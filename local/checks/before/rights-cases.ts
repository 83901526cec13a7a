import type { KubernetesObject } from "@kubernetes/client-node";
import type { Context } from "../../../config/context.ts";
import { readNamespace } from "../../../review/check/read.ts";
import { lookAtRights } from "../../../review/check/rights/look.ts";
import type { ControlPlane } from "../../cluster/control-plane.ts";
import { guideObjects } from "../../landscape/deployer.ts";
import { giveRights } from "../../landscape/rights.ts";
import { apply, clientsOf } from "../../landscape/kubernetes/client.ts";
import type { Case } from "./case.ts";

const rbac = "rbac.authorization.k8s.io";

/** Who may do what, on a control plane of its own: each user has rights of a kind that companies give. */
export function rightsCases(local: Context, plane: ControlPlane): Case[] {
  const administrator = clientsOf(plane.kubeconfig);
  const { namespace } = local.settings.cluster;
  const services = [...new Set(local.landscape.services.map((service) => service.namespace))];
  const [first = ""] = services;
  const look = async (kubeconfig: string, of = local) => {
    const { config } = clientsOf(kubeconfig);
    return [await lookAtRights(config, of, readNamespace(config, of.settings.cluster.namespace))];
  };
  const give = async (objects: readonly KubernetesObject[]) => {
    for (const object of objects) await apply(administrator, object, "platform");
  };
  const inNamespace = (name: string): Context => {
    const { settings } = local;
    return { ...local, settings: { ...settings, cluster: { ...settings.cluster, namespace: name } } };
  };

  return [
    {
      title: "somebody without any right",
      ends: "up",
      says: `nobody may not get, list, watch, create and patch configmaps, serviceaccounts`,
      look: async () => look(await plane.kubeconfigOf("nobody")),
    },
    {
      title: "the cluster's own role edit: no kinds of the ingress controller",
      ends: "up",
      says: "traefik.io",
      async look() {
        const user = "editor";
        await give([
          ...guideObjects("namespace", user, namespace).filter(({ kind }) => kind === "Namespace"),
          ...[namespace, ...services].flatMap((place) =>
            // What `edit` is made of, by a controller that does not run here.
            ["view", "edit"].map((role) => ({
              ...{
                apiVersion: `${rbac}/v1`,
                kind: "RoleBinding",
                metadata: { name: `${user}-${role}`, namespace: place },
              },
              roleRef: { apiGroup: rbac, kind: "ClusterRole", name: `system:aggregate-to-${role}` },
              subjects: [{ apiGroup: rbac, kind: "User", name: user }],
            })),
          ),
        ]);
        return look(await plane.kubeconfigOf(user));
      },
    },
    {
      title: `the guides' rights, but not in ${first}`,
      ends: "up",
      says: `may not get and patch deployments.apps, nor get, create and patch configmaps in ${first}`,
      async look() {
        await giveRights(administrator, "half", { namespace, services: services.slice(1) });
        return look(await plane.kubeconfigOf("half"));
      },
    },
    {
      title: "a namespace that the run may not make",
      ends: "up",
      says: "half may not create namespaces",
      look: async () => look(await plane.kubeconfigOf("half"), inNamespace("tracing-new")),
    },
    {
      title: "and what it may not do in it then",
      ends: "up",
      says: "tracing-new, which is not there yet",
      look: async () => look(await plane.kubeconfigOf("half"), inNamespace("tracing-new")),
    },
    {
      title: "the guides' rights",
      ends: "-",
      says: "",
      async look() {
        await giveRights(administrator, "deployer", { namespace, services });
        return look(await plane.kubeconfigOf("deployer"));
      },
    },
    { title: "an administrator", ends: "-", says: "", look: () => look(plane.kubeconfig) },
  ];
}
