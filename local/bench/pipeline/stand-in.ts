import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import { createGunzip } from "node:zlib";
import type { KeyPairFiles } from "../../cluster/pki.ts";
import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Stands for Elasticsearch: takes what Jaeger writes, by TLS, counts the spans in it, Shows what delivering costs; what
 * storing costs, and whether a document would be refused, it cannot show.
 */
export interface StoreStandIn {
  /** Documents of spans that have come so far. */
  spans(): number;
  /** Those documents, if they are kept. */
  readonly documents: readonly string[];
  stop(): void;
}

export async function startStandIn(
  address: string,
  port: number,
  files: KeyPairFiles,
  { keep = false } = {},
): Promise<StoreStandIn> {
  let spans = 0;
  const documents: string[] = [];
  const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)]);
  const server: Server = createServer({ cert, key }, (request, response) => {
    void answer(request, response).catch((error: unknown) => response.writeHead(400).end(String(error)));
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request;
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    const items = request.url?.endsWith("/_bulk") ? itemsOf(Buffer.concat(chunks).toString()) : [];
    const ofSpans = items.filter(({ index }) => index.includes("jaeger-span"));
    spans += ofSpans.length;
    if (keep) documents.push(...ofSpans.map(({ document }) => document));
    response.writeHead(200, { "content-type": "application/json", "x-elastic-product": "Elasticsearch" }).end(
      JSON.stringify(
        request.url?.endsWith("/_bulk")
          ? {
              took: 1,
              errors: false,
              items: items.map(({ index }) => ({ index: { _index: index, _id: "1", status: 201 } })),
            }
          : { acknowledged: true, version: { number: "8.19.16" }, tagline: "You Know, for Search" },
      ),
    );
  };
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, address, resolve));
  // A chain that does not start must not keep the command from its end.
  server.unref();
  return {
    spans: () => spans,
    documents,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The documents of a bulk request: every other line says what is done with the one behind it. */
function itemsOf(body: string): { index: string; document: string }[] {
  const lines = body.split("\n").filter(Boolean);
  return lines.flatMap((line, at) => {
    if (at % 2 === 1) return [];
    const [action] = Object.values(JSON.parse(line) as Record<string, { _index: string }>);
    return { index: action!._index, document: lines[at + 1]! };
  });
}
