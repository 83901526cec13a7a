import { randomUUID } from "node:crypto";
import { stl } from "../../landscape/driver/stl.ts";

/** One request of a life of an order: the same order comes to each step once. */
export interface Step {
  readonly name: string;
  /** Whether somebody waits for an answer. Of a message nobody does. */
  readonly answered: boolean;
  readonly run: (order: number) => Promise<void>;
}

/** Asks the back end. @throws if it answers with another status. @returns the body. */
export type Ask = (
  method: "GET" | "POST" | "PUT",
  path: string,
  what: { status: number; json?: unknown; file?: Uint8Array },
) => Promise<unknown>;

/** Triangles of the 3D files: a small model. */
const triangles = 12;

/** What customers do in the shop. */
export function shopSteps(ask: Ask): Step[] {
  const ids = new Map<number, string>();
  const run = randomUUID().slice(0, 8);
  const email = (order: number) => `customer.${run}.${order}@customer.example`;
  const path = (order: number) => {
    const id = ids.get(order);
    if (id === undefined) throw new Error(`order ${order} was not placed in time`);
    return `/orders/${id}`;
  };
  const step = (name: string, work: (order: number) => Promise<unknown>): Step => ({
    ...{ name, answered: true, run: async (order) => void (await work(order)) },
  });
  return [
    step("place", async (order) => {
      const customer = { name: "Erika Mustermann", email: email(order) };
      const json = { itemId: "ring", material: "gold", quantity: 1, customer };
      const { id } = (await ask("POST", "/orders", { status: 201, json })) as { id: string };
      ids.set(order, id);
    }),
    step("upload", (order) => ask("PUT", `${path(order)}/file`, { status: 200, file: stl(triangles) })),
    step("submit", (order) => ask("POST", `${path(order)}/submit`, { status: 200 })),
    step("items", () => ask("GET", "/items", { status: 200 })),
    step("history", (order) => ask("GET", `/orders?email=${encodeURIComponent(email(order))}`, { status: 200 })),
    step("order", (order) => ask("GET", path(order), { status: 200 })),
  ];
}

/** Sends a message as the CRM does. */
export type Send = (routingKey: string, orderId: string, body: object) => Promise<void>;

/** What CRM and operators ask of MES: messages, and the steps of manufacturing. */
export function mesSteps(ask: Ask, send: Send, fileKey: string): Step[] {
  const ids = new Map<number, string>();
  const idOf = (order: number) => {
    const id = ids.get(order) ?? randomUUID();
    ids.set(order, id);
    return id;
  };
  const message = (name: string, body: object): Step => ({
    ...{ name, answered: false, run: (order) => send(`order.${name}`, idOf(order), body) },
  });
  const request = (method: "GET" | "POST", name: string): Step => ({
    ...{ name: name || "order", answered: true },
    run: async (order) => void (await ask(method, `/orders/${idOf(order)}${name && `/${name}`}`, { status: 200 })),
  });
  return [
    message("price-requested", { material: "gold", quantity: 1, fileKey }),
    message("approved", {}),
    request("GET", ""),
    ...["start", "complete", "package", "ship"].map((name) => request("POST", name)),
  ];
}

/**
 * Which step of which order is due. All steps take turns at an even rate, and each order rests between two of its own, so that
 * nobody has to wait for one: many orders are under way at once.
 *
 * @param tick number of the request.
 * @param steps how many an order has.
 * @param rest how many other orders begin between two steps of an order.
 * @returns undefined for a step of an order from before the beginning.
 */
export function dueAt(tick: number, steps: number, rest: number): { step: number; order: number } | undefined {
  const step = tick % steps;
  const order = Math.floor(tick / steps) - step * rest;
  return order < 0 ? undefined : { step, order };
}
