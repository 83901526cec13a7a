import { createRequire } from "node:module";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { request } from "undici";
import type { Runtime } from "../../../config/model.ts";
import { stl } from "../../landscape/driver/stl.ts";
import { stores } from "../../landscape/stores.ts";
import type { Workload } from "../../landscape/kubernetes/workload.ts";
import type { Secrets } from "./company.ts";
import { mesSteps, shopSteps, type Ask, type Send, type Step } from "./orders.ts";

/** A back end of the landscape by which a runtime is measured. */
export interface Subject {
  readonly runtime: Runtime;
  readonly service: string;
  /** What it needs, by name. */
  readonly stores: readonly string[];
  /** What is asked of it. Made anew for each pod. */
  readonly steps: (ask: Ask, site: { secrets: Secrets; root: string }) => Promise<Steps>;
}

export interface Steps extends AsyncDisposable {
  readonly steps: readonly Step[];
}

/** Where mes-api has its dependencies, in its root. */
const mesFolder = "opt/mes-api/server.js";
const exchange = "orders";
/** What CRM keeps. Without it MES would be told that nobody takes its answers. */
const answersQueue = "bench.answers";

/** What is used of the client for RabbitMQ: mes-api's own, at its version. */
interface Amqp {
  connect(options: object): Promise<{
    createConfirmChannel(): Promise<{
      assertExchange(name: string, type: string, options: object): Promise<unknown>;
      assertQueue(name: string, options: object): Promise<unknown>;
      bindQueue(queue: string, exchange: string, key: string): Promise<unknown>;
      publish(
        exchange: string,
        key: string,
        content: Buffer,
        options: object,
        done: (error: Error | null) => void,
      ): void;
    }>;
    close(): Promise<void>;
  }>;
}

/**
 * One back end for each runtime of the landscape. crm-api is in Java as shop-api is, and needs both others to do anything; what
 * customers do in the shop reaches the database and the file storage as well.
 */
export const subjects: readonly Subject[] = [
  {
    ...{ runtime: "java", service: "shop-api", stores: ["shop-db", "files-storage"] },
    steps: (ask) => Promise.resolve({ steps: shopSteps(ask), [Symbol.asyncDispose]: () => Promise.resolve() }),
  },
  {
    ...{ runtime: "nodejs", service: "mes-api", stores: ["mes-db", "messages-queue", "files-storage"] },
    async steps(ask, { secrets, root }) {
      const fileKey = await storeFile(secrets);
      const broker = await connectBroker(secrets, root);
      return { steps: mesSteps(ask, broker.send, fileKey), [Symbol.asyncDispose]: broker.close };
    },
  },
];

/** Workloads of the landscape by name. */
export function storesOf({ stores: names }: Subject): Workload[] {
  return names.map((name) => stores.find((one) => one.name === name)!);
}

/** Puts a model where the shop puts those of customers. The local storage checks who asks, and no signature. */
async function storeFile(secrets: Secrets): Promise<string> {
  const key = `orders/${randomUUID()}.stl`;
  const put = async (path: string, body: Uint8Array) => {
    const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${secrets["files-storage"]!["username"]}/bench` };
    const { statusCode, body: answer } = await request(`http://127.0.0.1:9000/order-files${path}`, {
      ...{ method: "PUT", headers, body },
    });
    await answer.dump();
    return statusCode;
  };
  // The second time the bucket is there.
  await put("", new Uint8Array());
  const status = await put(`/${key}`, stl(12));
  if (status !== 200) throw new Error(`The file storage does not take a file: ${status}.`);
  return key;
}

async function connectBroker(secrets: Secrets, root: string): Promise<{ send: Send; close: () => Promise<void> }> {
  const amqp = createRequire(join(root, mesFolder))("amqplib") as Amqp;
  const { username, password } = secrets["messages-queue"]!;
  const connection = await amqp.connect({ hostname: "127.0.0.1", port: 5672, username, password });
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange(exchange, "topic", { durable: true });
  // Nobody reads it: what is older goes.
  await channel.assertQueue(answersQueue, { durable: true, maxLength: 1_000 });
  for (const key of ["order.priced", "order.price-failed", "order.status-changed"])
    await channel.bindQueue(answersQueue, exchange, key);
  return {
    send: (routingKey, orderId, body) =>
      new Promise((resolve, reject) => {
        const content = Buffer.from(JSON.stringify({ orderId, ...body }));
        const options = {
          ...{ persistent: true, contentType: "application/json", correlationId: orderId, messageId: randomUUID() },
          headers: { "x-order-id": orderId },
        };
        channel.publish(exchange, routingKey, content, options, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => connection.close(),
  };
}
