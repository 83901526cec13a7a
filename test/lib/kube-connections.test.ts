import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { shareConnections } from "../../lib/kube-connections.ts";

/** As the client: everything that it is asked for is new. */
function clientOf(key: string, type: "agent" | "none" = "agent") {
  const client = {
    createDispatcherOptions: () => ({ type, connect: { key: Buffer.from(key) } }),
    createDispatcher: () => undefined as unknown,
  };
  shareConnections(client as unknown as KubeConfig);
  return client;
}

test("requests to a cluster share connections, also those of another client", () => {
  const client = clientOf("key");
  const first = client.createDispatcher();
  expect(first).toBeDefined();
  expect(client.createDispatcher()).toBe(first);
  expect(clientOf("key").createDispatcher()).toBe(first);
});

test("nobody gets a connection of somebody else", () => {
  expect(clientOf("another key").createDispatcher()).not.toBe(clientOf("key").createDispatcher());
});

test("where the client needs no dispatcher of its own, it gets none", () => {
  expect(clientOf("key", "none").createDispatcher()).toBeUndefined();
});

test("the client still makes a dispatcher a request by the function that is replaced", () => {
  const file = join(import.meta.dirname, "../../node_modules/@kubernetes/client-node/dist/config.js");
  expect(readFileSync(file, "utf8")).toContain("this.createDispatcher(cluster, agentOptions)");
});
