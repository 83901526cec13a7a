import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { auditArguments, auditConfig, authorizationFile } from "../../../components/access/audit-config.ts";
import { auditDir, auditFile } from "../../../components/access/audit-file.ts";
import { secretsDir } from "../../../components/vault/vault-agent.ts";
import { onPodAddress } from "../../../components/otel/collector-parts.ts";
import { readStack } from "../../../config/stack-file.ts";
import { ports } from "../../../lib/names.ts";
import { freePort, newFolder, startCollector, type CollectorProcess } from "../collector/process.ts";

/** The collector beside a proxy, really running, and the file that the proxy would write. */
export interface AuditCollector {
  write(text: string): Promise<void>;
  /** Ends it as a crash does and starts it again, with the same folder. */
  crash(): Promise<void>;
  log(): string;
}

/** What stands for the password of its user. */
export const authorization = Buffer.from("writer:secret").toString("base64");

/**
 * Starts the collector with the local stack's own configuration. Its end is on the loopback, without TLS.
 *
 * @param endpoints of what stands for the store.
 */
export async function startAuditCollector(view: string, ...endpoints: string[]): Promise<AuditCollector> {
  const folder = await newFolder();
  const port = await freePort();
  const records = join(folder, "records");
  await mkdir(records);
  await writeFile(join(folder, authorizationFile), authorization);
  const { name: stack, settings } = readStack("local");
  const planned = auditConfig({ stack, settings }, view, folder);
  const moved = JSON.stringify(planned)
    .replaceAll(auditDir, records)
    .replaceAll(secretsDir, folder)
    .replaceAll(onPodAddress(ports.auditHealth), `127.0.0.1:${port}`);
  const config = JSON.parse(moved) as typeof planned;
  const elasticsearch = { ...config.exporters.elasticsearch, endpoints, tls: { insecure: true } };
  const here = { ...config, exporters: { elasticsearch } };
  const start = () =>
    startCollector(here, folder, async () => (await fetch(`http://127.0.0.1:${port}/`)).ok, {
      args: auditArguments,
    });
  let collector: CollectorProcess = await start();
  return {
    write: (text) => appendFile(join(records, auditFile), text),
    async crash() {
      await collector.kill();
      collector = await start();
    },
    log: () => collector.log(),
  };
}
