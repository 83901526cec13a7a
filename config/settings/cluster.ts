import { z } from "zod";
import { defaultNamespace } from "../../lib/names.ts";
import { cidr } from "../ranges.ts";
import { filePath, issuerUrl, kubernetesLabel } from "../text-types.ts";
import { outsideRanges } from "./outside-ranges.ts";
import { port } from "./port.ts";

const oidc = z
  .strictObject({
    vaultKeys: z.union([z.literal("issuer"), issuerUrl], { error: "must be issuer or an https:// address" }).meta({
      description:
        "Where Vault reads the keys: `issuer` is what the issuer's discovery document says; the address of the key set is for a Vault that does not reach the issuer. The gateway always asks the issuer.",
      examples: ["issuer", "https://api.cluster.example:6443/openid/v1/jwks"],
    }),
    caFile: filePath.optional().meta({
      description: "PEM file with the CA of the issuer's certificate. Absolute, or from the project's root.",
      absent: "one that the images of Vault and the collector know",
      examples: ["trust/cluster-ca.crt"],
    }),
    ranges: outsideRanges("the issuer's").meta({
      description:
        "Addresses of the issuer, and of where its discovery document says that the keys are: the gateway may go there. Of an API server: `kubectl get endpointslices --namespace default kubernetes`.",
      absent: "any address",
      examples: [["10.20.0.5/32"]],
    }),
    port: port.optional().meta({
      description: "Port at those addresses, where it is not the issuer's: API servers behind a Service have another.",
      absent: "the issuer's",
      unit: "TCP port",
      examples: [6443],
    }),
  })
  .optional()
  .meta({
    description:
      "The keys are read from the issuer, again whenever a token has a new one: for clusters that change their keys by themselves. The issuer must show them without a login. Instead of `serviceAccountKeysFile`.",
    absent: "the keys of `serviceAccountKeysFile`",
    examples: [{ vaultKeys: "issuer" }],
  });

const dns = z
  .strictObject({
    namespace: kubernetesLabel.default("kube-system").meta({
      description: "Namespace of the pods that answer.",
      examples: ["openshift-dns"],
    }),
    ranges: z
      .array(cidr)
      .default(["169.254.20.10/32"])
      .meta({
        description:
          "Addresses that answer and are no pods': a cache on each node, or the platform itself. The default is that of NodeLocal DNSCache; Cloud DNS of GKE has 169.254.169.254/32.",
        examples: [["169.254.20.10/32", "169.254.169.254/32"]],
      }),
    port: port.default(53).meta({
      description: "Port of those pods, which is what policies see, not that of the Service: 5353 on OpenShift.",
      unit: "port",
      examples: [5353],
    }),
  })
  .prefault({})
  .meta({
    description: "Who resolves names for the stack's pods.",
    examples: [{ namespace: "openshift-dns", port: 5353 }],
  });

const ownNamespace = kubernetesLabel
  .refine((name) => name !== "default" && !name.startsWith("kube-"), {
    error: "is a namespace of Kubernetes itself: the stack makes its own, and deletes it with all that is in it",
  })
  .default(defaultNamespace)
  .meta({
    description:
      "The stack's own namespace, which it makes, or an administrator for it (docs/guides/deployer-rights.md). One that is there already and not this stack's is never taken over. Stacks in one cluster have one each. Another one for a stack that is up would make everything anew, without the disks of Elasticsearch and of the sampler: `preview` and `up` refuse it.",
    examples: ["tracing-test"],
  });

export const cluster = z
  .strictObject({
    namespace: ownNamespace,
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
    serviceAccountKeysFile: filePath.optional().meta({
      description:
        "File with the public keys by which those tokens are verified: the answer of `kubectl get --raw /openid/v1/jwks`, or keys as PEM. Not secret. Absolute, or from the project's root. For clusters whose issuer cannot be asked.",
      absent: "the keys are read from the issuer, see `oidc`; one of the two must be set",
      examples: ["trust/service-account-keys.json"],
    }),
    oidc,
    dns,
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
          "What `preview` and `up` do where the cluster, a service in it, or Vault is not as the stack needs it, or the run lacks a right: stop before anything changes, or only say so.",
        examples: ["warn"],
      }),
  })
  .meta({ description: "The Kubernetes cluster, and how its service accounts are known." });
