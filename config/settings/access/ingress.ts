import { z } from "zod";
import { kubernetesLabel } from "../../text-types.ts";
import { podLabels } from "../pod-labels.ts";

/** Ingress controllers that there is an adapter for, see `components/access`. */
const controllers = ["traefik", "gateway-api"] as const;

const entryPoint = z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/, "must be a name, or names with / between them");

export const ingress = z
  .strictObject({
    controller: z.enum(controllers).meta({
      description:
        "The cluster's ingress controller. It passes TLS on as it is; `traefik` also enforces `access.vpnRanges`, `gateway-api` has no standard way to.",
      examples: ["traefik"],
    }),
    namespace: kubernetesLabel.meta({
      description: "Namespace in which the controller's pods run: Jaeger's pods admit them alone.",
      examples: ["ingress"],
    }),
    podLabels: podLabels.meta({
      description: "Labels of the controller's pods.",
      examples: [{ "app.kubernetes.io/name": "traefik" }],
    }),
    entryPoint: entryPoint.optional().meta({
      description:
        "Where the controller takes connections from the VPN. `traefik`: the name of an entry point. `gateway-api`: `<namespace>/<gateway>/<listener>`, a listener of protocol TLS, mode Passthrough.",
      absent: "refused: Traefik would serve the views on every entry point, public ones too",
      examples: ["tracing-internal"],
    }),
    rangesEnforcedBy: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          "`gateway-api` only: who lets in `access.vpnRanges` and nobody else, as Gateway API has no allow-list for TLS routes. Stands on the route, for reviewers.",
        absent: "the controller enforces them (`traefik`)",
        examples: ["internal load balancer, loadBalancerSourceRanges"],
      }),
  })
  .meta({
    description: "The way from the VPN to Jaeger.",
    examples: [
      {
        controller: "traefik",
        namespace: "ingress",
        podLabels: { "app.kubernetes.io/name": "traefik" },
        entryPoint: "tracing-internal",
      },
    ],
  });
