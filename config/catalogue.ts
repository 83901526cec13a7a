import { defineCatalogue } from "./model.ts";

/**
 * The company's landscape: who is there, who talks to whom, who may see what. Deployment, proof, documents and policies
 * are handed this one description by the entry points. An edge that names an unknown service, or a service outside of the
 * groups, does not compile.
 *
 * Source: the requirements' list of traced connections, and the company's container diagram for the optional ones.
 */
export const catalogue = defineCatalogue({
  groups: ["shop", "crm", "mes"],
  frontends: {
    "internet-shop": { title: "Internet Shop" },
    crm: { title: "CRM" },
    mes: { title: "MES" },
  },
  services: {
    "shop-api": { title: "Shop API", group: "shop", runtime: "java", namespace: "shop" },
    "crm-api": { title: "CRM API", group: "crm", runtime: "java", namespace: "crm" },
    "mes-api": { title: "MES API", group: "mes", runtime: "dotnet", namespace: "mes" },
  },
  stores: {
    "shop-db": { title: "Shop DB", system: "postgresql", host: "shop-db" },
    "mes-db": { title: "MES DB", system: "postgresql", host: "mes-db" },
    "messages-queue": { title: "RabbitMQ", system: "rabbitmq", host: "messages-queue" },
    "files-storage": { title: "3D file storage", system: "s3", host: "files-storage" },
  },
  edges: [
    { kind: "request", from: "internet-shop", to: "shop-api" },
    { kind: "request", from: "crm", to: "crm-api" },
    { kind: "request", from: "mes", to: "mes-api" },
    { kind: "store", from: "shop-api", to: "shop-db" },
    { kind: "store", from: "crm-api", to: "shop-db" },
    { kind: "store", from: "mes-api", to: "mes-db" },
    { kind: "store", from: "mes-api", to: "files-storage" },
    { kind: "message", from: "crm-api", via: "messages-queue", to: "mes-api" },
    { kind: "message", from: "mes-api", via: "messages-queue", to: "crm-api" },
    // Shop and CRM meet in the database only: no context can cross a table, so the two traces are joined by `order.id`.
    { kind: "join", from: "shop-api", via: "shop-db", to: "crm-api" },
    // In the container diagram, but not among the required connections.
    { kind: "store", from: "shop-api", to: "files-storage", optional: true },
    { kind: "store", from: "crm-api", to: "files-storage", optional: true },
  ],
});
