import { randomUUID } from "node:crypto";
import { z } from "zod";
import { StepFailed, type Application } from "./api.ts";
import type { Outcome, Scenario } from "./scenario.ts";
import { stl } from "./stl.ts";

/** The three applications. */
export interface Applications {
  readonly shop: Application;
  readonly crm: Application;
  readonly mes: Application;
}

/** One step of an order. */
interface Step {
  readonly name: string;
  readonly milliseconds: number;
}

/** What became of an order. */
export interface OrderResult {
  /** Undefined if not even placing it worked. */
  readonly orderId?: string;
  /** `error`: a step failed, see `error`. */
  readonly outcome: Outcome | "error";
  readonly expected: Outcome;
  readonly steps: readonly Step[];
  readonly error?: string;
  /** Invented personal data that the order carries: none of it may be found in any trace. */
  readonly customer: { readonly name: string; readonly email: string };
}

const answerMilliseconds = 60_000;
/** MES answers a small model in less than a second; what has no price after this will have none. */
const stuckMilliseconds = 15_000;

/** Drives one order to its end. Does not throw but for an abort: what went wrong is in the result. */
export async function live(scenario: Scenario, { shop, crm, mes }: Applications): Promise<OrderResult> {
  const customer = { name: "Erika Mustermann", email: `erika.${randomUUID().slice(0, 8)}@customer.example` };
  const steps: Step[] = [];
  let orderId: string | undefined;

  async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const begin = performance.now();
    const result = await work();
    steps.push({ name, milliseconds: Math.round(performance.now() - begin) });
    return result;
  }

  async function place(): Promise<string> {
    const { item: itemId, material, quantity, triangles } = scenario;
    const placed = await step("place", async () => {
      await shop.call("GET", "/items");
      return shop.call("POST", "/orders", { json: { itemId, material, quantity, customer }, status: 201 });
    });
    orderId = z.object({ id: z.uuid() }).parse(placed).id;
    const path = `/orders/${orderId}`;
    await step("upload", () => shop.call("PUT", `${path}/file`, { file: stl(triangles) }));
    await step("submit", () => shop.call("POST", `${path}/submit`));
    await step("history", () => shop.call("GET", `/orders?email=${encodeURIComponent(customer.email)}`));
    return orderId;
  }

  async function run(): Promise<Outcome> {
    const id = await place();
    if (scenario.expected === "submitted") return "submitted";
    const path = `/orders/${id}`;
    const must = async (application: Application, status: string) => {
      const reached = await application.waitFor(id, [status], answerMilliseconds);
      if (!reached) throw await late(application, id, status);
    };

    await step("preview", async () => {
      await crm.call("GET", "/orders?status=SUBMITTED");
      await crm.call("GET", `${path}/preview`);
    });
    await step("request price", () => crm.call("POST", `${path}/price-request`, { status: 202 }));
    if (scenario.expected === "price-requested") return "price-requested";
    const limit = scenario.expected === "stuck" ? stuckMilliseconds : answerMilliseconds;
    const priced = await step("wait for price", () => crm.waitFor(id, ["PRICE_CALCULATED", "FAILED"], limit));
    if (!priced) return "stuck";
    if (priced === "FAILED") {
      // The seller tries all the same, and is told that it cannot be.
      await step("approve refused", () => crm.call("POST", `${path}/approve`, { status: 409 }));
      return "failed";
    }
    if (scenario.expected === "rejected") {
      await step("reject", () => crm.call("POST", `${path}/reject`, { json: { reason: "too expensive" } }));
      await step("wait for MES", () => must(mes, "REJECTED"));
      return "rejected";
    }
    await step("approve", () => crm.call("POST", `${path}/approve`));
    await step("wait for MES", () => must(mes, "MANUFACTURING_APPROVED"));
    for (const name of ["start", "complete", "package", "ship"]) {
      await step(name, () => mes.call("POST", `${path}/${name}`));
    }
    await step("wait for CRM", () => must(crm, "SHIPPED"));
    await step("close", () => crm.call("POST", `${path}/close`));
    await step("see it closed", () => must(shop, "CLOSED"));
    return "closed";
  }

  const ending = await run().then(
    (outcome) => ({ outcome }),
    (error: unknown) => {
      if (!(error instanceof StepFailed || error instanceof z.ZodError)) throw error;
      return { outcome: "error" as const, error: error.message };
    },
  );
  return { ...(orderId && { orderId }), ...ending, expected: scenario.expected, steps, customer };
}

async function late(application: Application, id: string, status: string): Promise<StepFailed> {
  const { status: current } = await application.order(id);
  return new StepFailed(
    `${application.name} has it as ${current}, not ${status}, after ${answerMilliseconds / 1000} s`,
  );
}
