import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createGunzip } from "node:zlib";

/** Stands for Elasticsearch, as far as adding documents goes. */
export interface RecordStore {
  readonly origin: string;
  /** What was added, in order, with the index that it was meant for. */
  readonly records: { index: string; source: Record<string, unknown> }[];
  /** Values of the header by which who adds is known. */
  readonly authorizations: Set<string | undefined>;
  /** What it answers to the next requests. Default: 200. */
  answer(status: number): void;
  /** Requests that it has refused. */
  refused(): number;
  close(): void;
}

export async function startRecordStore(): Promise<RecordStore> {
  const records: RecordStore["records"] = [];
  const authorizations: RecordStore["authorizations"] = new Set();
  let status = 200;
  let refusals = 0;
  const server = createServer((request, response) => {
    response.setHeader("x-elastic-product", "Elasticsearch").setHeader("content-type", "application/json");
    void bodyOf(request).then((body) => {
      if (!request.url?.startsWith("/_bulk") || status !== 200) {
        refusals += 1;
        response.writeHead(status === 200 ? 404 : status).end('{"error":{"type":"none","reason":"none"}}');
        return;
      }
      authorizations.add(request.headers.authorization);
      const lines = body.split("\n").filter(Boolean);
      const items = [];
      for (let at = 0; at < lines.length; at += 2) {
        const action = JSON.parse(lines[at]!) as { create?: { _index: string } };
        // Only this may who adds and does nothing else.
        if (!action.create) throw new Error(`not added but ${lines[at]!}`);
        records.push({ index: action.create._index, source: JSON.parse(lines[at + 1]!) as Record<string, unknown> });
        items.push({ create: { _index: action.create._index, status: 201 } });
      }
      response.end(JSON.stringify({ took: 1, errors: false, items }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    records,
    authorizations,
    answer: (next) => (status = next),
    refused: () => refusals,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return text(request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request);
}
