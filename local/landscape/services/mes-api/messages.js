"use strict";

const { OrderFault } = require("./fault.js");
const log = require("./log.js");
const { calculatePrice } = require("./pricing.js");

/** What MES does with each message from CRM; the answers are published from inside the handler. */
exports.messageHandlers = ({ database, storage, settings }) => ({
  async "order.price-requested"(request, broker) {
    const { orderId, material, quantity, fileKey } = request;
    await database.receive(request);
    try {
      const triangles = await storage.triangles(fileKey);
      const priceCents = await calculatePrice({
        material,
        quantity,
        triangles,
        milliseconds: settings.calculationMilliseconds,
        signal: AbortSignal.timeout(settings.priceTimeoutSeconds * 1000),
      });
      await database.priced(orderId, triangles, priceCents);
      await broker.publish("order.priced", orderId, { priceCents });
      log.info("price calculated", { orderId });
    } catch (error) {
      // Only what MES understands as a fault of the order is answered. A calculation that hangs is not: the seller
      // hears nothing, the message is parked. That is how the company's orders get lost.
      if (error instanceof OrderFault) {
        await database.move(orderId, "SUBMITTED", "FAILED", error.message);
        await broker.publish("order.price-failed", orderId, { reason: error.message });
      }
      throw error;
    }
  },

  async "order.approved"({ orderId }) {
    if (!(await database.move(orderId, "PRICE_CALCULATED", "MANUFACTURING_APPROVED"))) {
      throw new Error("approved, but it has no price here");
    }
    log.info("manufacturing approved", { orderId });
  },

  async "order.rejected"({ orderId, reason }) {
    await database.move(orderId, "PRICE_CALCULATED", "REJECTED", reason);
    log.info("rejected by the seller", { orderId });
  },

  failed(message, error) {
    log.error(`message parked: ${error.message}`, {
      routingKey: message.fields.routingKey,
      messageId: message.properties.messageId,
      orderId: message.properties.correlationId,
    });
  },
});
