import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Application } from "../landscape/driver/api.ts";
import { driveOrders, OrdersFailed, type DriveOptions } from "../landscape/driver/index.ts";
import { scenarios } from "../landscape/driver/scenario.ts";
import { stl } from "../landscape/driver/stl.ts";

describe("scenarios", () => {
  it("has every outcome in twelve, most of them good", () => {
    const outcomes = scenarios(12).map(({ expected }) => expected);
    expect(Object.fromEntries([...Map.groupBy(outcomes, (outcome) => outcome)].map(([k, v]) => [k, v.length]))).toEqual(
      {
        closed: 7,
        failed: 2,
        rejected: 2,
        stuck: 1,
      },
    );
  });

  it("is the same for the same count, and begins with one that goes all the way", () => {
    expect(scenarios(30)).toEqual(scenarios(30));
    expect(scenarios(30).slice(0, 5)).toEqual(scenarios(5));
    expect(scenarios(1)[0]!.expected).toBe("closed");
  });

  it("fails by the material that MES knows to fail by", () => {
    for (const { expected, material } of scenarios(24)) {
      expect(material === "unobtainium").toBe(expected === "failed");
      expect(material === "stuck").toBe(expected === "stuck");
    }
  });
});

describe("stl", () => {
  it.each([1, 12, 412])("is as long as %d triangles say", (triangles) => {
    const file = stl(triangles);
    expect(file.length).toBe(84 + 50 * triangles);
    expect(new DataView(file.buffer).getUint32(80, true)).toBe(triangles);
    expect(new TextDecoder().decode(file.subarray(0, 5))).not.toBe("solid");
  });
});

describe("driveOrders", () => {
  let company: Company;
  let quiet: DriveOptions & { onProgress: jest.Mock };
  beforeEach(async () => {
    company = await startCompany();
    const onProgress = jest.fn();
    quiet = { shop: company.url, crm: company.url, mes: company.url, onProgress };
  });
  afterEach(() => company.server.close());

  it("drives an order all the way, as a customer, a seller and an operator would", async () => {
    const [order] = await driveOrders({ ...quiet, count: 1 });
    expect(order).toMatchObject({ outcome: "closed", expected: "closed" });
    expect(company.orders.get(order!.orderId!)).toMatchObject({ status: "CLOSED", fileBytes: 84 + 50 * 12 });
    const changes = company.calls.filter((call) => /^P\w+ \/orders/.test(call)).map((call) => call.split("/").at(-1));
    expect(changes).toEqual([
      "orders",
      "file",
      "submit",
      "price-request",
      "approve",
      "start",
      "complete",
      "package",
      "ship",
      "close",
    ]);
  });

  it("drives orders into failures, and takes those for success", async () => {
    const results = await driveOrders({ ...quiet, count: 4 });
    expect(results.map(({ outcome }) => outcome)).toEqual(["closed", "failed", "closed", "rejected"]);
    expect(quiet.onProgress).toHaveBeenCalledTimes(4);
    expect(new Set(results.map(({ customer }) => customer.email)).size).toBe(4);
  });

  it("fails with order, step, status and answer if an order that should succeed does not", async () => {
    company.broken = "/ship";
    const error = await driveOrders({ ...quiet, count: 2 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OrdersFailed);
    const { results, message } = error as OrdersFailed;
    expect(results.map(({ outcome }) => outcome)).toEqual(["error", "failed"]);
    expect(message).toContain("1 of 2 orders did not end as they had to");
    expect(message).toContain(`${results[0]!.orderId} error instead of closed, after "package"`);
    expect(message).toMatch(/POST \/orders\/\S+\/ship of mes-api: 500 instead of 2xx: .*out of order/);
  });

  it("leaves orders where it is told to, and does not ask MES for anything then", async () => {
    const mes = "http://127.0.0.1:9";
    const [submitted] = await driveOrders({ ...quiet, mes, count: 1, leave: "submitted" });
    expect(submitted).toMatchObject({ outcome: "submitted", expected: "submitted" });
    expect(company.calls.some((call) => call.includes("price-request"))).toBe(false);
    const [requested] = await driveOrders({ ...quiet, mes, count: 1, leave: "price-requested" });
    expect(requested).toMatchObject({ outcome: "price-requested" });
    expect(company.calls.at(-1)).toContain(`POST /orders/${requested!.orderId}/price-request`);
  });

  it("fails if an order that should fail succeeds", async () => {
    company.knowsEveryMaterial = true;
    const error = await driveOrders({ ...quiet, count: 2 }).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain("closed instead of failed");
  });

  it("ends when it is told to", async () => {
    company.broken = "/health";
    const signal = AbortSignal.timeout(300);
    await expect(driveOrders({ ...quiet, signal })).rejects.toMatchObject({ name: /Abort|Timeout/ });
  });

  it.each([0, 1.5, 501, NaN])("refuses %d as a count", async (count) => {
    await expect(driveOrders({ ...quiet, count })).rejects.toThrow(
      `count is ${count}; it must be a whole number from 1 to 500`,
    );
  });
});

describe("Application", () => {
  it("says who cannot be reached, and why", async () => {
    const { server, url } = await startCompany();
    await new Promise((resolve) => server.close(resolve));
    const application = new Application("mes-api", url, new AbortController().signal);
    await expect(application.call("GET", "/orders")).rejects.toThrow(
      /GET \/orders of mes-api at 127.0.0.1:\d+: .*REFUSED/,
    );
  });

  it("gives up waiting for a status that does not come", async () => {
    const { server, url, orders } = await startCompany();
    const id = randomUUID();
    orders.set(id, { id, status: "SUBMITTED", material: "stuck", fileBytes: 0 });
    const application = new Application("crm-api", url, new AbortController().signal);
    await expect(application.waitFor(id, ["PRICE_CALCULATED"], 100)).resolves.toBeUndefined();
    server.close();
  });
});

interface FakeOrder {
  id: string;
  status: string;
  material: string;
  fileBytes: number;
}

interface Company {
  server: Server;
  url: string;
  orders: Map<string, FakeOrder>;
  calls: string[];
  /** End of a path that answers 500. */
  broken?: string;
  knowsEveryMaterial?: boolean;
}

/** What each step leads from and to. */
const moves: Record<string, [from: string, to: string]> = {
  file: ["INITIATED", "FILE_UPLOADED"],
  submit: ["FILE_UPLOADED", "SUBMITTED"],
  "price-request": ["SUBMITTED", "PRICE_CALCULATED"],
  approve: ["PRICE_CALCULATED", "MANUFACTURING_APPROVED"],
  reject: ["PRICE_CALCULATED", "REJECTED"],
  start: ["MANUFACTURING_APPROVED", "MANUFACTURING_STARTED"],
  complete: ["MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED"],
  package: ["MANUFACTURING_COMPLETED", "PACKAGING"],
  ship: ["PACKAGING", "SHIPPED"],
  close: ["SHIPPED", "CLOSED"],
};

/** All three applications in one, without stores and messages: the same paths and status codes. */
async function startCompany(): Promise<Company> {
  const company: Company = { server: createServer(), url: "", orders: new Map(), calls: [] };
  const { server, orders } = company;

  async function answer(request: IncomingMessage): Promise<[status: number, body: unknown]> {
    const body = Buffer.concat(await request.toArray());
    const path = request.url!.split("?")[0]!;
    company.calls.push(`${request.method} ${path}`);
    if (company.broken && path.endsWith(company.broken)) return [500, { detail: "out of order" }];
    const [, , id, step] = path.split("/");
    if (!id) {
      if (request.method === "GET") return [200, []];
      const { material } = JSON.parse(body.toString()) as { material: string };
      const order = { id: randomUUID(), status: "INITIATED", material, fileBytes: 0 };
      orders.set(order.id, order);
      return [201, order];
    }
    const order = orders.get(id);
    if (!order) return [404, {}];
    const move = step && moves[step];
    if (!move) return [200, order];
    if (order.status !== move[0]) return [409, order];
    if (step === "file") order.fileBytes = body.length;
    const unknown = step === "price-request" && order.material === "unobtainium" && !company.knowsEveryMaterial;
    order.status = unknown ? "FAILED" : move[1];
    return [step === "price-request" ? 202 : 200, order];
  }

  server.on("request", (request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  company.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return company;
}
