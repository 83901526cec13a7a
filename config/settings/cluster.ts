import { z } from "zod";
import { filePath, issuerUrl } from "../text-types.ts";

export const cluster = z
  .strictObject({
    kubeconfigFile: filePath.optional().meta({
      description: "The kubeconfig to use where the environment has no `KUBECONFIG`.",
      absent: "the user's own",
      examples: ["/etc/company/kubeconfig"],
    }),
    context: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: "Context of the kubeconfig to use.",
        absent: "the current one",
        examples: ["prod"],
      }),
    serviceAccountIssuer: issuerUrl.default("https://kubernetes.default.svc.cluster.local").meta({
      description: "`iss` of the cluster's service-account tokens.",
      examples: ["https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF"],
    }),
    serviceAccountKeysFile: filePath.meta({
      description:
        "File with the public keys by which those tokens are verified: the answer of `kubectl get --raw /openid/v1/jwks`, or one key as PEM. Not secret. Absolute, or from the project's root.",
      examples: ["trust/service-account-keys.json"],
    }),
    id: z
      .uuid("must be the uid of the cluster's namespace kube-system")
      .optional()
      .meta({
        description:
          "The one cluster that this stack may change: `kubectl get namespace kube-system -o jsonpath={.metadata.uid}`. With another one behind the same context nothing is done.",
        absent: "any cluster that has the stack's token keys",
        examples: ["0b0ff7d6-6f2c-4c6e-9a0c-0a3f0a2d9c11"],
      }),
    check: z
      .enum(["stop", "warn"])
      .default("stop")
      .meta({
        description:
          "What `preview` and `up` do where the cluster, or a service in it, is not as the stack needs it: stop before anything changes, or only say so.",
        examples: ["warn"],
      }),
  })
  .meta({ description: "The Kubernetes cluster, and how its service accounts are known." });
