import { defineCatalogue } from "../../config/model.ts";

/** The two ways of messages, and how long one may wait in its queue. */
const toMes = { via: "messages-queue", to: "mes-api", within: "1m" } as const;
const toCrm = { via: "messages-queue", to: "crm-api", within: "1m" } as const;

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
  // See `services/README.md`. The local MES answers in seconds, so its times are short here; people have theirs.
  steps: {
    "file-uploaded": {
      title: "3D file uploaded",
      service: "shop-api",
      request: "PUT /orders/{id}/file",
      next: { by: "internet-shop", steps: ["submitted"], within: "7d" },
    },
    submitted: {
      title: "submitted",
      service: "shop-api",
      request: "POST /orders/{id}/submit",
      next: { by: "crm", steps: ["price-requested"], within: "1d" },
    },
    "price-requested": {
      title: "price requested",
      service: "crm-api",
      request: "POST /orders/{id}/price-request",
      message: { ...toMes, routingKey: "order.price-requested", queue: "mes.price-requests" },
      next: { by: "mes-api", steps: ["priced", "price-failed"], within: "2m" },
    },
    priced: {
      title: "price calculated",
      service: "mes-api",
      message: { ...toCrm, routingKey: "order.priced", queue: "crm.prices" },
      next: { by: "crm", steps: ["approved", "rejected"], within: "3d" },
    },
    "price-failed": {
      title: "price refused by MES",
      service: "mes-api",
      message: { ...toCrm, routingKey: "order.price-failed", queue: "crm.prices" },
      ends: "failed",
    },
    approved: {
      title: "manufacturing approved",
      service: "crm-api",
      request: "POST /orders/{id}/approve",
      message: { ...toMes, routingKey: "order.approved", queue: "mes.decisions" },
      next: { by: "mes", steps: ["started"], within: "2d" },
    },
    rejected: {
      title: "rejected by the seller",
      service: "crm-api",
      request: "POST /orders/{id}/reject",
      message: { ...toMes, routingKey: "order.rejected", queue: "mes.decisions" },
      ends: "rejected",
    },
    started: {
      title: "manufacturing started",
      service: "mes-api",
      request: "POST /orders/{id}/start",
      message: { ...toCrm, routingKey: "order.status-changed", queue: "crm.statuses" },
      next: { by: "mes", steps: ["completed"], within: "14d" },
    },
    completed: {
      title: "manufacturing completed",
      service: "mes-api",
      request: "POST /orders/{id}/complete",
      message: { ...toCrm, routingKey: "order.status-changed", queue: "crm.statuses" },
      next: { by: "mes", steps: ["packaged"], within: "1d" },
    },
    packaged: {
      title: "packaged",
      service: "mes-api",
      request: "POST /orders/{id}/package",
      message: { ...toCrm, routingKey: "order.status-changed", queue: "crm.statuses" },
      next: { by: "mes", steps: ["shipped"], within: "2d" },
    },
    shipped: {
      title: "shipped",
      service: "mes-api",
      request: "POST /orders/{id}/ship",
      message: { ...toCrm, routingKey: "order.status-changed", queue: "crm.statuses" },
      next: { by: "crm", steps: ["closed"], within: "14d" },
    },
    closed: {
      title: "closed",
      service: "crm-api",
      request: "POST /orders/{id}/close",
      ends: "closed",
    },
  },
});
