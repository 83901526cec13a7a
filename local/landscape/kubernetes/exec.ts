import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { Exec, type V1Status } from "@kubernetes/client-node";
import type { Kubernetes } from "./client.ts";

/**
 * Runs a command in a container.
 *
 * @returns its standard output
 * @throws if it fails; the message has its standard error
 */
export async function exec(
  { config }: Kubernetes,
  target: { namespace: string; pod: string; container: string },
  command: string[],
): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const output = Promise.all([text(stdout), text(stderr)]);
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config)
      .exec(target.namespace, target.pod, target.container, command, stdout, stderr, null, false, resolve)
      .then((socket: unknown) => {
        // The status comes before the end of the connection; after it, these do nothing.
        const lost = () => reject(new Error(`${command[0]} in ${target.pod}: the connection was lost`));
        for (const event of ["error", "close"]) (socket as EventTarget).addEventListener(event, lost);
      }, reject);
  });
  stdout.end();
  stderr.end();
  const [out, err] = await output;
  if (status.status !== "Success") {
    throw new Error(`${command.join(" ")} in ${target.pod}: ${status.message}${err ? `: ${err.trim()}` : ""}`);
  }
  return out;
}
