import type { Context } from "../config/context.ts";
import type { Service } from "../config/landscape.ts";
import { Ingress, wayToFrontEnd, wayToView } from "./access/index.ts";
import { FrontEndEntry, Gateway, Sampler } from "./collector/index.ts";
import { Elasticsearch } from "./elasticsearch/index.ts";
import { TraceStore } from "./elasticsearch/store.ts";
import { JaegerCollector, JaegerQuery } from "./jaeger/index.ts";
import {
  frontEndName,
  gatewayName,
  jaegerCollectorName,
  jaegerQueryName,
  samplerName,
  storageGroups,
  viewNames,
  wiringName,
} from "../lib/names.ts";
import { Monitoring } from "./monitoring/index.ts";
import { Namespace } from "./namespace/index.ts";
import { stackOutputs, type StackOutputs } from "./outputs.ts";
import { createProviders } from "./providers.ts";
import { Vault } from "./vault/index.ts";
import { Wiring } from "./wiring/index.ts";
import type { LivePatch } from "./wiring/live-patch.ts";

/** What only a run with a cluster knows of the services' workloads. */
export interface Patching {
  /** By service: how its patch stands there. */
  live?: ReadonlyMap<string, LivePatch>;
  /** Follows the rollout of a service, after its patch was applied. */
  rollout?: (service: Service) => Promise<void>;
}

/**
 * Registers everything that the stack consists of. Each step waits for the one before because it depends on it.
 *
 * @param patching what concerns workloads that are there already. Default: nobody looked at them.
 * @returns the stack's outputs.
 */
export function deploy(context: Context, patching: Patching = {}): StackOutputs {
  const { groups, services, openFrontends } = context.landscape;
  const providers = createProviders(context);

  const tracing = new Namespace("tracing", { context }, { providers });
  const vault = new Vault("vault", { context }, { providers, dependsOn: tracing });
  const elasticsearch = new Elasticsearch("elasticsearch", { context }, { providers, dependsOn: vault });
  const store = new TraceStore("trace-store", { context }, { providers, dependsOn: elasticsearch });

  const collectors = storageGroups(groups).map(
    (group) => new JaegerCollector(jaegerCollectorName(group), { context, group }, { providers, dependsOn: store }),
  );
  const views = viewNames(groups).map((view) => {
    const query = new JaegerQuery(jaegerQueryName(view), { context, view }, { providers, dependsOn: store });
    const { endpoint } = query;
    new Ingress(
      `ingress-${view}`,
      { context, way: wayToView(context, view), endpoint },
      { providers, dependsOn: query },
    );
    return [view, endpoint] as const;
  });
  const sampler = new Sampler(samplerName, { context }, { providers, dependsOn: collectors });
  const gateway = new Gateway(gatewayName, { context }, { providers, dependsOn: sampler });
  for (const service of services) {
    const live = patching.live?.get(service.id);
    const rollout = patching.rollout && (() => patching.rollout!(service));
    new Wiring(wiringName(service.id), { context, service, live, rollout }, { providers, dependsOn: gateway });
  }
  for (const frontend of openFrontends) {
    const name = frontEndName(frontend.id);
    const entry = new FrontEndEntry(name, { context, frontend }, { providers, dependsOn: gateway });
    const way = wayToFrontEnd(context, frontend);
    new Ingress(`ingress-${name}`, { context, way, endpoint: entry.endpoint }, { providers, dependsOn: entry });
  }

  if (context.settings.monitoring) new Monitoring("monitoring", { context }, { providers, dependsOn: gateway });

  return stackOutputs(context, new Map(views));
}
