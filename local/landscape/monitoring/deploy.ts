import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureCertificate } from "../../cluster/pki.ts";
import { apply, connect } from "../kubernetes/client.ts";
import { waitUntilReady, type WaitOptions } from "../kubernetes/wait.ts";
import { ensureCompanyCa } from "../vault/deploy.ts";
import { prometheusObjects } from "./manifests.ts";
import { name, namespace } from "./settings.ts";

/**
 * Gives the company's Prometheus what a stack has written for it, and waits until it reads that.
 *
 * @param folder with `prometheus-scrape.yaml` and `prometheus-rules.yaml`.
 */
export async function deployPrometheus(folder: string, options: WaitOptions): Promise<void> {
  const kubernetes = connect();
  const authority = await ensureCompanyCa();
  const client = await ensureCertificate("prometheus", authority, { commonName: name });
  const read = (file: string) => readFile(file, "utf8");
  const [ca, certificate, key, scrape, rules] = await Promise.all([
    read(authority.certificate),
    read(client.certificate),
    read(client.key),
    read(join(folder, "prometheus-scrape.yaml")),
    read(join(folder, "prometheus-rules.yaml")),
  ]);
  for (const object of prometheusObjects({ ca, certificate, key }, scrape, rules)) await apply(kubernetes, object);
  await waitUntilReady(kubernetes, { kind: "Deployment", namespace, name }, options);
}
