import type { Judgement } from "./core/judgement.ts";
import * as connections from "./encryption/connections.ts";
import * as listeners from "./encryption/listeners.ts";
import * as behindProxy from "./exposure/behind-proxy.ts";
import * as hosts from "./exposure/hosts.ts";
import * as networkPolicies from "./exposure/network-policies.ts";
import * as routes from "./exposure/routes.ts";
import * as services from "./exposure/services.ts";
import * as access from "./isolation/access.ts";
import * as operations from "./operations/operations.ts";
import * as pods from "./pods/pods.ts";
import * as capture from "./privacy/capture.ts";
import * as pipelines from "./privacy/pipelines.ts";
import * as literal from "./secrets/literal.ts";
import * as objects from "./secrets/objects.ts";

/** Every policy of the pack, in the order of its folders. */
export const judgements: readonly Judgement[] = [
  ...[
    services,
    routes,
    behindProxy,
    hosts,
    networkPolicies,
    connections,
    listeners,
    literal,
    objects,
    pipelines,
    capture,
    access,
    pods,
    operations,
  ].flatMap((family) => Object.values(family as Record<string, Judgement>)),
];
