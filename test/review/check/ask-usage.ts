/**
 * Asks API servers on the loopback what containers use, each case by a server of its own. The client of Kubernetes is a module
 * that the tests themselves cannot load: it runs in a process of its own.
 *
 * Arguments: cases as JSON. Prints what came of each, as JSON.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { readUsage } from "../../../review/check/read-usage.ts";
import type { LiveWorkload } from "../../../review/check/workload.ts";

/** What a server answers. */
export interface UsageCase {
  /** Undefined: it never answers. */
  status?: number;
  body?: unknown;
  labels?: Record<string, string>;
}

/** What came of it. */
export interface UsageOutcome {
  answer: Awaited<ReturnType<typeof readUsage>>;
  asked: string[];
}

async function run({ status, body, labels = { app: "shop-api" } }: UsageCase): Promise<UsageOutcome> {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    if (status === undefined) return;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response
      .writeHead(status, { "content-type": typeof body === "string" ? "text/plain" : "application/json" })
      .end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "test", server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, skipTLSVerify: true },
    { name: "test" },
  );
  const workload = { spec: { selector: { matchLabels: labels }, template: {} } } as LiveWorkload;
  const answer = await readUsage(config, "shop", workload, status === undefined ? 500 : 60_000);
  server.closeAllConnections();
  server.close();
  return { answer, asked };
}

const cases = JSON.parse(process.argv[2]!) as UsageCase[];
console.log(JSON.stringify(await Promise.all(cases.map(run))));
process.exit(0);
