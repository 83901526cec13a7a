import type { Context } from "../config/context.ts";
import { Ingress } from "./access/index.ts";
import { Gateway, Sampler } from "./collector/index.ts";
import { Elasticsearch } from "./elasticsearch/index.ts";
import { TraceStore } from "./elasticsearch/store.ts";
import { JaegerCollector, JaegerQuery } from "./jaeger/index.ts";
import { jaegerCollectorName, jaegerQueryName, namespace, storageGroups, viewNames } from "../lib/names.ts";
import { Monitoring } from "./monitoring/index.ts";
import { Namespace } from "./namespace/index.ts";
import { stackOutputs, type StackOutputs } from "./outputs.ts";
import { createProviders } from "./providers.ts";
import { Vault } from "./vault/index.ts";
import { Wiring } from "./wiring/index.ts";

/**
 * Registers everything that the stack consists of. Each step waits for the one before because it depends on it.
 *
 * @returns the stack's outputs.
 */
export function deploy(context: Context): StackOutputs {
  const { groups, services } = context.landscape;
  const providers = createProviders(context);

  const tracing = new Namespace(namespace, { context }, { providers });
  const vault = new Vault("vault", { context }, { providers, dependsOn: tracing });
  const elasticsearch = new Elasticsearch("elasticsearch", { context }, { providers, dependsOn: vault });
  const store = new TraceStore("trace-store", { context }, { providers, dependsOn: elasticsearch });

  const collectors = storageGroups(groups).map(
    (group) => new JaegerCollector(jaegerCollectorName(group), { context, group }, { providers, dependsOn: store }),
  );
  const views = viewNames(groups).map((view) => {
    const query = new JaegerQuery(jaegerQueryName(view), { context, view }, { providers, dependsOn: store });
    const { endpoint } = query;
    new Ingress(`ingress-${view}`, { context, view, endpoint }, { providers, dependsOn: query });
    return [view, endpoint] as const;
  });
  const sampler = new Sampler("otel-sampler", { context }, { providers, dependsOn: collectors });
  const gateway = new Gateway("otel-gateway", { context }, { providers, dependsOn: sampler });
  for (const service of services) {
    new Wiring(`wiring-${service.id}`, { context, service }, { providers, dependsOn: gateway });
  }

  if (context.settings.monitoring) new Monitoring("monitoring", { context }, { providers, dependsOn: gateway });

  return stackOutputs(context, new Map(views));
}
