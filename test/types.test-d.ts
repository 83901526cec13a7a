import { defineCatalogue } from "../config/model.ts";

/**
 * Landscapes that must not compile. Nothing here runs: `npm run typecheck` fails where a line below `@ts-expect-error`
 * compiles after all.
 */
const parts = {
  groups: ["shop", "crm"],
  frontends: { site: { title: "Site" } },
  services: {
    "shop-api": { title: "Shop API", group: "shop", runtime: "java", namespace: "shop" },
    "crm-api": { title: "CRM API", group: "crm", runtime: "dotnet", namespace: "crm" },
  },
  stores: { queue: { title: "Queue", system: "rabbitmq", host: "queue" } },
} as const;
const { services } = parts;

// What is right, compiles: each kind of edge.
defineCatalogue({
  ...parts,
  edges: [
    { kind: "request", from: "site", to: "shop-api" },
    { kind: "store", from: "shop-api", to: "queue", optional: true },
    { kind: "message", from: "shop-api", via: "queue", to: "crm-api" },
    { kind: "join", from: "shop-api", via: "queue", to: "crm-api" },
  ],
});

const end = { title: "closed", service: "crm-api", request: "POST /orders/{id}/close", ends: "closed" } as const;
const begin = { title: "submitted", service: "shop-api", request: "POST /orders/{id}/submit" } as const;
const next = { by: "site", steps: ["closed"], within: "1d" } as const;
defineCatalogue({ ...parts, edges: [], steps: { submitted: { ...begin, next }, closed: end } });
const toPaid = { ...begin, next: { ...next, steps: ["paid"] } } as const;
// @ts-expect-error no such step
defineCatalogue({ ...parts, edges: [], steps: { submitted: toPaid, closed: end } });
// @ts-expect-error no such service
defineCatalogue({ ...parts, edges: [], steps: { closed: { ...end, service: "erp" } } });
const byNobody = { ...begin, next: { ...next, by: "erp" } } as const;
// @ts-expect-error nobody to act
defineCatalogue({ ...parts, edges: [], steps: { submitted: byNobody, closed: end } });
const withoutUnit = { ...begin, next: { ...next, within: "15" } } as const;
// @ts-expect-error a time without a unit
defineCatalogue({ ...parts, edges: [], steps: { submitted: withoutUnit, closed: end } });
// @ts-expect-error goes on and is over
defineCatalogue({ ...parts, edges: [], steps: { submitted: { ...begin, next, ends: "closed" }, closed: end } });
// @ts-expect-error nothing shows it
defineCatalogue({ ...parts, edges: [], steps: { closed: { title: "closed", service: "crm-api", ends: "closed" } } });

// @ts-expect-error no such service at the end of the edge
defineCatalogue({ ...parts, edges: [{ kind: "request", from: "site", to: "mes-api" }] });
// @ts-expect-error no such service at the beginning
defineCatalogue({ ...parts, edges: [{ kind: "store", from: "mes-api", to: "queue" }] });
// @ts-expect-error no such frontend
defineCatalogue({ ...parts, edges: [{ kind: "request", from: "app", to: "shop-api" }] });
// @ts-expect-error no such store
defineCatalogue({ ...parts, edges: [{ kind: "store", from: "shop-api", to: "shop-db" }] });
// @ts-expect-error no such broker
defineCatalogue({ ...parts, edges: [{ kind: "message", from: "shop-api", via: "kafka", to: "crm-api" }] });
// @ts-expect-error a browser does not send messages
defineCatalogue({ ...parts, edges: [{ kind: "message", from: "site", via: "queue", to: "crm-api" }] });
// @ts-expect-error a store is no service
defineCatalogue({ ...parts, edges: [{ kind: "request", from: "site", to: "queue" }] });
// @ts-expect-error a message goes through a broker
defineCatalogue({ ...parts, edges: [{ kind: "message", from: "shop-api", to: "crm-api" }] });
// @ts-expect-error no such kind
defineCatalogue({ ...parts, edges: [{ kind: "guess", from: "shop-api", to: "queue" }] });

const noGroup = { title: "MES API", runtime: "java", namespace: "mes" } as const;
// @ts-expect-error a service in no group
defineCatalogue({ ...parts, services: { ...services, "mes-api": noGroup }, edges: [] });
const twoGroups = { ...noGroup, group: ["shop", "crm"] } as const;
// @ts-expect-error a service in two groups
defineCatalogue({ ...parts, services: { ...services, "mes-api": twoGroups }, edges: [] });
const unknownGroup = { ...noGroup, group: "mes" } as const;
// @ts-expect-error a service in a group that is not listed
defineCatalogue({ ...parts, services: { ...services, "mes-api": unknownGroup }, edges: [] });
defineCatalogue({
  groups: ["shop"],
  frontends: {},
  // @ts-expect-error the same, written in place
  services: { "mes-api": { title: "MES API", group: "mes", runtime: "java", namespace: "mes" } },
  stores: {},
  edges: [],
});

const unknownRuntime = { ...noGroup, group: "crm", runtime: "cobol" } as const;
// @ts-expect-error a runtime that cannot be instrumented
defineCatalogue({ ...parts, services: { ...services, "mes-api": unknownRuntime }, edges: [] });
