"use strict";

const { setTimeout: sleep } = require("node:timers/promises");
const { OrderFault } = require("./fault.js");

const centsPerTriangle = { resin: 5, silver: 40, gold: 900, platinum: 1200 };

/**
 * Calculates a price in cents. Throws an OrderFault for an unknown material. For the material `stuck` it never returns by itself:
 * the bug that the company knows from its real MES, where some models keep the calculation busy for ever.
 */
exports.calculatePrice = async ({ material, quantity, triangles, milliseconds, signal }) => {
  if (material === "stuck") {
    await new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("the calculation hangs, it was given up")), {
        once: true,
      });
    });
  }
  const cents = centsPerTriangle[material];
  if (cents === undefined) {
    throw new OrderFault(`material "${material}" is unknown; MES has ${Object.keys(centsPerTriangle).join(", ")}`);
  }
  // As the real one, larger models take longer; the cap keeps the stand-in usable.
  await sleep(Math.min(milliseconds * (1 + triangles / 1000), 30_000), undefined, { signal });
  return cents * triangles * quantity;
};
