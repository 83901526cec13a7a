import { connect as connectTcp } from "node:net";
import { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { buildConnector } from "undici";
import { AskError } from "../ask-error.ts";
import { connector, isRefusedCertificate, openTls } from "../tls.ts";
import { startCommand, type CommandLine } from "./command.ts";

/** How to get to a view. */
export interface Way {
  host: string;
  port: number;
  /** PEM of the CA that the certificate must come from. */
  ca: string;
  /** `access.proxyCommand`: its standard input and output are the connection. Default: straight to the host. */
  proxyCommand?: CommandLine | undefined;
  /** Folder that the command runs in. */
  directory: string;
  /** Longest time that opening it may take, milliseconds. Default 15000. */
  timeoutMs?: number;
}

/** A connector for undici: TLS to the view from end to end, whatever carries it. */
export function viewConnector(way: Way): buildConnector.connector {
  const { host, ca, timeoutMs, proxyCommand } = way;
  return connector(() => {
    const carrier = proxyCommand ? throughCommand(way, proxyCommand) : straight(way);
    return openTls(carrier.stream, { servername: host, ca, timeoutMs }, async (error) => {
      // TLS says only that the connection is gone; why, a command knows.
      const failure = isRefusedCertificate(error) ? undefined : await carrier.failure();
      return failure ?? explain(error, way);
    });
  });
}

/** What carries the bytes of a connection. */
interface Carrier {
  stream: Duplex;
  /** Why it has ended, if it knows. */
  failure(): Promise<Error | undefined>;
}

function straight({ host, port }: Way): Carrier {
  return { stream: connectTcp(port, host), failure: () => Promise.resolve(undefined) };
}

/** A command whose connection is gone is about to end, milliseconds: its exit code says whether it had one. */
const endMs = 1_000;

function throughCommand({ host, port, directory }: Way, command: CommandLine): Carrier {
  const filled = command.map((part) => part.replaceAll("%h", host).replaceAll("%p", String(port)));
  const { child, ended } = startCommand("access.proxyCommand", filled, directory);
  const stream = Duplex.from({ writable: child.stdin, readable: child.stdout });
  // Whoever ends first, the other one hears of it by an error; it is told by `failure`, or by TLS.
  for (const end of [stream, child.stdin, child.stdout]) end.on("error", () => undefined);
  stream.once("close", () => child.kill());
  const failed = ended.then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  return { stream, failure: () => Promise.race([failed, sleep(endMs, undefined, { ref: false })]) };
}

const unreachable = ["ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ABORT_ERR"];
/** An allow-list does not answer: it closes. */
const closed = ["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"];

function explain(error: NodeJS.ErrnoException, { host, port }: Way): Error {
  if (error instanceof AskError) return error;
  const { code = "", message } = error;
  if (isRefusedCertificate(error)) {
    return new AskError(
      `The certificate of ${host} was refused: ${message}. It must be below the root in vault.pkiRootFile, or vault.caFile, of the stack settings.`,
      { cause: error },
    );
  }
  const problem = closed.includes(code)
    ? `${host}:${port} closed the connection before TLS began`
    : `${host}:${port} cannot be reached: ${message}`;
  const question =
    code === "ENOTFOUND"
      ? "Are you in the VPN, and does its DNS know access.domain?"
      : closed.includes(code) || unreachable.includes(code)
        ? "Are you in the VPN? Only access.vpnRanges are let in."
        : "";
  return new AskError(`${problem}. ${question}`.trim(), { transient: code !== "ENOTFOUND", cause: error });
}
