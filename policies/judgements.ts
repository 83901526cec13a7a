import type { Judgement } from "./core/judgement.ts";
import * as connections from "./encryption/connections.ts";
import * as listeners from "./encryption/listeners.ts";
import * as verification from "./encryption/verification.ts";
import * as allowLists from "./exposure/allow-lists.ts";
import * as behindProxy from "./exposure/behind-proxy.ts";
import * as debugging from "./exposure/debugging.ts";
import * as defaultDeny from "./exposure/default-deny.ts";
import * as gateways from "./exposure/gateways.ts";
import * as hosts from "./exposure/hosts.ts";
import * as login from "./exposure/login.ts";
import * as loginVersion from "./exposure/login-version.ts";
import * as names from "./exposure/names.ts";
import * as networkPolicies from "./exposure/network-policies.ts";
import * as origins from "./exposure/origins.ts";
import * as routes from "./exposure/routes.ts";
import * as services from "./exposure/services.ts";
import * as targets from "./exposure/targets.ts";
import * as tunnels from "./exposure/tunnels.ts";
import * as access from "./isolation/access.ts";
import * as elasticsearch from "./isolation/elasticsearch.ts";
import * as namespaces from "./isolation/namespaces.ts";
import * as rbac from "./isolation/rbac.ts";
import * as roles from "./isolation/roles.ts";
import * as vault from "./isolation/vault.ts";
import * as disruption from "./operations/disruption.ts";
import * as operations from "./operations/operations.ts";
import * as retention from "./operations/retention.ts";
import * as volumes from "./operations/volumes.ts";
import * as foreign from "./pods/foreign.ts";
import * as placement from "./pods/placement.ts";
import * as pods from "./pods/pods.ts";
import * as sharing from "./pods/sharing.ts";
import * as tokens from "./pods/tokens.ts";
import * as capture from "./privacy/capture.ts";
import * as destinations from "./privacy/destinations.ts";
import * as pipelines from "./privacy/pipelines.ts";
import * as literal from "./secrets/literal.ts";
import * as objects from "./secrets/objects.ts";
import * as references from "./secrets/references.ts";

/** Every policy of the pack, in the order of its folders. */
export const judgements: readonly Judgement[] = [
  ...[
    services,
    targets,
    routes,
    allowLists,
    gateways,
    tunnels,
    debugging,
    origins,
    behindProxy,
    login,
    loginVersion,
    hosts,
    names,
    networkPolicies,
    defaultDeny,
    connections,
    listeners,
    verification,
    literal,
    objects,
    references,
    pipelines,
    capture,
    destinations,
    access,
    roles,
    vault,
    elasticsearch,
    namespaces,
    rbac,
    pods,
    foreign,
    placement,
    sharing,
    tokens,
    operations,
    retention,
    disruption,
    volumes,
  ].flatMap((family) => Object.values(family as Record<string, Judgement>)),
];
