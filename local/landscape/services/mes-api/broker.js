"use strict";

const { randomUUID } = require("node:crypto");
const amqp = require("amqplib");

const exchange = "orders";
const parked = "orders.parked";

/** Queues of MES and what they take. CRM declares its own, and the exchange and `orders.parked` with the same arguments. */
const queues = {
  "mes.price-requests": ["order.price-requested"],
  "mes.decisions": ["order.approved", "order.rejected"],
};

/**
 * Connects, declares, consumes. `handlers` has one async function per routing key. A message whose handler throws is
 * dead-lettered to `orders.parked`, where a person looks at it: MES never asks for the same message in a circle.
 * `onClose` is called once when the connection is gone for any reason but `close()`.
 */
exports.openBroker = async (settings, handlers, onClose) => {
  const connection = await amqp.connect(settings, { timeout: 5000 });
  let closing = false;
  connection.on("error", () => {}); // "close" follows, and tells all that is needed
  connection.once("close", () => {
    if (!closing) onClose();
  });

  const channel = await connection.createConfirmChannel();
  channel.on("error", () => connection.close().catch(() => {}));
  const returned = new Set();
  channel.on("return", (message) => returned.add(message.properties.messageId));

  const running = new Set();
  const broker = {
    /** Resolves when the broker has the message in a queue; rejects if no queue takes it. */
    publish(routingKey, orderId, body) {
      const messageId = randomUUID();
      return new Promise((resolve, reject) => {
        channel.publish(
          exchange,
          routingKey,
          Buffer.from(JSON.stringify({ orderId, ...body })),
          {
            mandatory: true,
            persistent: true,
            contentType: "application/json",
            correlationId: orderId,
            messageId,
            headers: { "x-order-id": orderId },
          },
          (error) => {
            // The broker sends the return before the confirm.
            if (error) reject(error);
            else if (returned.delete(messageId))
              reject(new Error(`no queue takes ${routingKey}; has crm-api started?`));
            else resolve();
          },
        );
      });
    },
    check: () => channel.checkExchange(exchange),
    /** Takes no more messages, waits for those in work, then leaves. */
    async close() {
      closing = true;
      await Promise.all(consumers.map((tag) => channel.cancel(tag)));
      await Promise.all(running);
      await connection.close();
    },
  };

  await channel.assertExchange(exchange, "topic", { durable: true });
  await channel.assertQueue(parked, { durable: true, maxLength: 1000 });
  // More than one: an order whose calculation hangs must not hold up the others.
  await channel.prefetch(8);

  const consumers = [];
  for (const [queue, keys] of Object.entries(queues)) {
    await channel.assertQueue(queue, { durable: true, deadLetterExchange: "", deadLetterRoutingKey: parked });
    for (const key of keys) await channel.bindQueue(queue, exchange, key);
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message === null) return onClose(); // the queue was deleted under us
      const work = handle(message).finally(() => running.delete(work));
      running.add(work);
    });
    consumers.push(consumerTag);
  }

  async function handle(message) {
    try {
      await handlers[message.fields.routingKey](JSON.parse(message.content.toString()), broker);
      channel.ack(message);
    } catch (error) {
      handlers.failed(message, error);
      try {
        channel.nack(message, false, false);
      } catch {
        // The channel is gone: the broker gives the message to the next connection.
      }
    }
  }
  return broker;
};
