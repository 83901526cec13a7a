import { z } from "zod";
import { collectorsOf } from "../core/collector.ts";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { hostOf, isInCluster, isInside, isLoopback, isNetwork, isWithinDomain } from "../core/networks.ts";
import { recordsIn, text, texts } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";
import type { Settings } from "../core/settings.ts";

/** Exporters that deliver to a service of their own, wherever that is. */
const services =
  /^(?:datadog|logzio|honeycomb\w*|awsxray|awss3|googlecloud\w*|azuremonitor|azuredataexplorer|sapm|signalfx|splunk_hec|coralogix|sumologic|dynatrace|mezmo|logicmonitor|dash0|bmchelix|tencentcloud_logservice|alibabacloud_logservice)$/;
const endpointKeys = ["endpoint", "traces_endpoint", "endpoints", "brokers", "url"];
/** Where an application sends its spans, as a variable or as a property of Java. */
const variable = /^otel[._]exporter[._](?:otlp|zipkin|jaeger)(?:[._]traces)?[._]endpoint$/i;

export const destination = forResources({
  name: "privacy-destination",
  description: "Spans stay within the company.",
  severity: "critical",
  remediation: "Deliver to the stack's own gateway; name other hosts of the company by `domains` or `ranges`.",
  config: z.strictObject({}),
  judge: (resource, { settings }) => [
    ...collectorsOf(resource)
      .flatMap(({ exporters }) => exporters)
      .flatMap(({ kind, settings: of, path }): Finding[] =>
        services.test(kind)
          ? [{ path, message: `${kind} delivers to a service outside of the company; remove it` }]
          : [...recordsIn(of, path)].flatMap(({ value, path: at }) =>
              endpointKeys.flatMap((key) =>
                [text(value[key]) ?? "", ...texts(value[key])].flatMap((one) => outside(one, `${at}.${key}`, settings)),
              ),
            ),
      ),
    ...leavesOf(resource).flatMap(({ path, key, value }) =>
      variable.test(key) ? outside(String(value), path, settings) : [],
    ),
  ],
});

function outside(endpoint: string, path: string, { ranges, domains }: Settings): Finding[] {
  const host = hostOf(endpoint);
  // A reference is another place's to say.
  if (host === "" || /[${}()]/.test(endpoint) || isLoopback(endpoint)) return [];
  const inside = isNetwork(host) ? isInside(host, ranges) : isInCluster(host) || isWithinDomain(host, domains);
  return inside
    ? []
    : [
        {
          path,
          message: `${host} is not within ${[...domains, ...ranges].join(", ") || "the pack's `domains` and `ranges`, which are empty"}`,
        },
      ];
}
