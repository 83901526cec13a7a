import { defineCatalogue } from "../../config/model.ts";

/**
 * The landscape of the local company: the back ends and stores of this folder, and what the demonstration proves. It is not
 * the company's of `config/catalogue.ts`: that one can change without the demonstration.
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
    // A Node.js service stands in for the C# one.
    "mes-api": { title: "MES API", group: "mes", runtime: "nodejs", namespace: "mes" },
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
    { kind: "join", from: "shop-api", via: "shop-db", to: "crm-api" },
    { kind: "store", from: "shop-api", to: "files-storage", optional: true },
    { kind: "store", from: "crm-api", to: "files-storage", optional: true },
  ],
});
