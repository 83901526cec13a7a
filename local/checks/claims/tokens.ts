import { readFile } from "node:fs/promises";
import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import { gatewayAudience, gatewayName, namespace, ports, serviceHost } from "../../../lib/names.ts";
import { corporateCa } from "../../paths.ts";
import { listen } from "../../tunnels/listen.ts";
import type { Live } from "./rogue.ts";

const same = (bytes: Buffer) => bytes;

/**
 * Offers the gateway an empty request with and without a token.
 *
 * @returns what it answers otherwise than it must.
 */
export async function tokenFaults({ kubernetes }: Pick<Live, "kubernetes">): Promise<string[]> {
  const target = { namespace, service: gatewayName, port: ports.otlpGrpc };
  await using tunnel = await listen(kubernetes.config, target, (text) => console.warn(`warning: ${text}`));
  const client = new Client(`127.0.0.1:${tunnel.port}`, credentials.createSsl(await readFile(corporateCa)), {
    "grpc.ssl_target_name_override": serviceHost(gatewayName),
  });
  const answer = (token?: string) =>
    new Promise<string>((resolve) => {
      const metadata = new Metadata();
      if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
      client.makeUnaryRequest(
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        ...([same, same, Buffer.alloc(0), metadata, { deadline: Date.now() + 15_000 }] as const),
        (error) => resolve(status[error?.code ?? status.OK]),
      );
    });
  const token = async (audience: string) => {
    const body = { spec: { audiences: [audience], expirationSeconds: 600 } };
    const request = { name: "default", namespace: "shop", body };
    return (await kubernetes.core.createNamespacedServiceAccountToken(request)).status!.token;
  };
  const cases: [what: string, token: string | undefined, wanted: string][] = [
    ["without a token", undefined, "UNAUTHENTICATED"],
    ["with a token for somebody else", await token("somebody-else"), "UNAUTHENTICATED"],
    ["with a token that nobody signed", "e30.e30.e30", "UNAUTHENTICATED"],
    // Or everything would be refused, whatever the token.
    ["with a token of the cluster", await token(gatewayAudience), "OK"],
  ];
  try {
    const faults: string[] = [];
    for (const [what, given, wanted] of cases) {
      const got = await answer(given);
      if (got !== wanted) faults.push(`${what}: ${got} instead of ${wanted}`);
    }
    return faults;
  } finally {
    client.close();
  }
}
