"use strict";

const express = require("express");
const log = require("./log.js");

/** What operators do, and what status each step leads from and to. */
const steps = {
  start: ["MANUFACTURING_APPROVED", "MANUFACTURING_STARTED"],
  complete: ["MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED"],
  package: ["MANUFACTURING_COMPLETED", "PACKAGING"],
  ship: ["PACKAGING", "SHIPPED"],
};
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** `broker()` returns the open broker, or undefined while there is none. */
exports.httpApi = ({ database, broker }) => {
  const app = express();
  app.disable("x-powered-by");

  app.get("/health/liveness", (_request, response) => response.json({ status: "UP" }));
  app.get("/health", async (_request, response) => {
    const checks = { db: database.check(), broker: broker()?.check() ?? Promise.reject(new Error("not connected")) };
    const results = await Promise.allSettled(Object.values(checks));
    const components = Object.fromEntries(
      Object.keys(checks).map((name, i) => [name, results[i].status === "fulfilled" ? "UP" : "DOWN"]),
    );
    const up = results.every((result) => result.status === "fulfilled");
    response.status(up ? 200 : 503).json({ status: up ? "UP" : "DOWN", components });
  });

  app.param("id", (_request, _response, next, id) => {
    next(uuid.test(id) ? undefined : new Problem(400, `"${id}" is no order id; it must be a UUID`));
  });
  app.get("/orders", async (request, response) => response.json(await database.list(request.query.status)));
  app.get("/orders/:id", async (request, response) => response.json(await find(request.params.id)));

  for (const [step, [from, to]] of Object.entries(steps)) {
    app.post(`/orders/:id/${step}`, async (request, response) => {
      const { id } = request.params;
      if (!broker()) throw new Problem(503, "the broker is not connected; nothing was changed");
      // Published before the commit: if the broker refuses, the step has not happened.
      const done = await database.transaction(async (orders) => {
        if (!(await orders.move(id, from, to))) return false;
        await broker().publish("order.status-changed", id, { from, to });
        return true;
      });
      const order = await find(id);
      if (!done) throw new Problem(409, `order ${id} is ${order.status}; "${step}" needs ${from}`);
      log.info(to, { orderId: id });
      response.json(order);
    });
  }

  app.use((request) => {
    throw new Problem(404, `there is no ${request.method} ${request.path}; services/README.md lists what there is`);
  });

  async function find(id) {
    const order = await database.find(id);
    if (!order) throw new Problem(404, `MES knows no order ${id}`);
    return order;
  }

  app.use((error, _request, response, _next) => {
    const status = error.status ?? 500;
    if (status >= 500) log.error(error.message, { stack: error.stack });
    response
      .status(status)
      .type("application/problem+json")
      .send(JSON.stringify({ status, detail: status === 500 ? "unexpected error, see the log" : error.message }));
  });
  return app;
};
