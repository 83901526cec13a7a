import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { refuseSeveralClusters } from "../../../components/elasticsearch/one-cluster.ts";
import { ElasticsearchClient } from "../../../lib/elasticsearch/client.ts";

const account = { username: "engine", password: "secret" };
/** Nobody listens there. */
const away = "http://127.0.0.1:1";

/** A node of a cluster: it says whose it is, or ends the connection once it has read the request. */
class Node {
  readonly asked: string[] = [];
  breaks = false;
  private readonly server: Server;

  constructor(uuid: string) {
    this.server = createServer((request, response) => {
      this.asked.push(`${request.method} ${request.url}`);
      if (this.breaks) request.socket.destroy();
      else response.end(JSON.stringify({ cluster_name: "traces", cluster_uuid: uuid }));
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe("an Elasticsearch with several addresses", () => {
  let nodes: Node[];
  let other: Node;
  beforeEach(async () => {
    nodes = [await new Node("one").listen(), await new Node("one").listen()];
    other = await new Node("two").listen();
  });
  afterEach(() => [...nodes, other].forEach((node) => node.close()));

  const endpointsOf = (origins: string[]) => origins.map((origin) => ({ origin, connect: {} }));
  const clientOf = (...origins: string[]) => new ElasticsearchClient({ endpoints: endpointsOf(origins), account });

  test("is asked at the first, and where that is away at the next, also for what changes something", async () => {
    const [first, second] = nodes as [Node, Node];
    await using client = clientOf(away, first.origin, second.origin);
    expect(client.origin).toBe(away);
    expect(await client.send("POST", "/it/_rollover")).toMatchObject({ status: 200 });
    // It stays where it had an answer.
    expect(await client.send("GET", "/")).toMatchObject({ status: 200 });
    expect(client.origin).toBe(first.origin);
    expect([first.asked, second.asked]).toEqual([["POST /it/_rollover", "GET /"], []]);
  });

  test("is asked elsewhere only what can be asked twice, once a node has heard it", async () => {
    const [first, second] = nodes as [Node, Node];
    first.breaks = true;
    await using client = clientOf(first.origin, second.origin);
    await expect(client.send("POST", "/it/_rollover")).rejects.toThrow(
      `Elasticsearch at ${first.origin} cannot be asked`,
    );
    expect(second.asked).toEqual([]);
    expect(await client.send("GET", "/")).toMatchObject({ status: 200 });
    expect(second.asked).toEqual(["GET /"]);
  });

  test("says of each address why it gave no answer, and never the password", async () => {
    nodes[0]!.breaks = true;
    await using client = clientOf(away, nodes[0]!.origin);
    const error = (await client.send("GET", "/").catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ name: "AskError", transient: true });
    expect(error.message).toMatch(new RegExp(`^Elasticsearch at ${away} .*\nElasticsearch at ${nodes[0]!.origin} `));
    expect(error.message).not.toContain(account.password);
  });

  test("is one cluster, by its id: a list that leads to two is refused, one node of it may be away", async () => {
    const refuse = (...origins: string[]) => refuseSeveralClusters(endpointsOf(origins), account);
    const [first, second] = nodes as [Node, Node];
    await refuse(first.origin, away, second.origin);
    await expect(refuse(first.origin, other.origin)).rejects.toThrow(`${other.origin}: traces, two`);
  });
});
