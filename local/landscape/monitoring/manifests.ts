import { createHash } from "node:crypto";
import type { KubernetesObject, V1ConfigMap, V1Deployment, V1Secret } from "@kubernetes/client-node";
import { dump, load } from "js-yaml";
import { prometheusImage } from "../images.ts";
import { labels, probes, restrictedDeployment, service, serviceAccount } from "../kubernetes/workload.ts";
import { name, namespace, pkiDirectory, port } from "./settings.ts";

const uid = 65534;
const metadata = { name, namespace, labels: labels(name) };
const configDirectory = "/etc/prometheus/config";

/** PEM texts. */
export interface PrometheusCertificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/**
 * The company's Prometheus, small: it reads what it is told to read.
 *
 * @param scrape YAML with `scrape_configs`.
 * @param rules YAML with `groups`.
 */
export function prometheusObjects(
  { ca, certificate, key }: PrometheusCertificates,
  scrape: string,
  rules: string,
): KubernetesObject[] {
  const config: V1ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata,
    data: {
      "prometheus.yaml": dump({
        global: { scrape_interval: "15s", evaluation_interval: "15s" },
        rule_files: [`${configDirectory}/rules.yaml`],
        ...(load(scrape) as object),
      }),
      "rules.yaml": rules,
    },
  };
  const pair: V1Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...metadata, name: `${name}-pki` },
    stringData: { "ca.crt": ca, "tls.crt": certificate, "tls.key": key },
  };
  const account = serviceAccount(name, namespace);
  const checksum = createHash("sha256")
    .update(JSON.stringify([config.data, certificate]))
    .digest("hex");
  return [config, pair, account, service(name, namespace, port), deployment(checksum)];
}

function deployment(checksum: string): V1Deployment {
  const ready = { httpGet: { path: "/-/ready", port } };
  const alive = { httpGet: { path: "/-/healthy", port } };
  return restrictedDeployment({
    ...{ name, namespace, image: prometheusImage, uid, ports: [port], checksum },
    // Two would write into one memory volume each, and only one would be asked.
    overlap: false,
    container: {
      args: [
        `--config.file=${configDirectory}/prometheus.yaml`,
        "--storage.tsdb.path=/data",
        "--storage.tsdb.retention.time=2d",
        "--enable-feature=exemplar-storage",
        `--web.listen-address=:${port}`,
      ],
      // Two cores have to carry all else as well.
      resources: { requests: { cpu: "10m", memory: "128Mi" }, limits: { memory: "384Mi" } },
      volumeMounts: [
        { name: "config", mountPath: configDirectory, readOnly: true },
        { name: "pki", mountPath: pkiDirectory, readOnly: true },
        { name: "data", mountPath: "/data" },
      ],
      ...probes(ready, alive),
    },
    volumes: [
      { name: "config", configMap: { name } },
      { name: "pki", secret: { secretName: `${name}-pki`, defaultMode: 0o440 } },
      { name: "data", emptyDir: { sizeLimit: "1Gi" } },
    ],
  });
}
