import type { Context } from "../../config/context.ts";
import { renderYaml } from "../kubernetes/yaml.ts";
import { dashboards } from "./dashboards/index.ts";
import { dataSources } from "./data-sources.ts";
import { ruleGroups } from "./rules.ts";
import { scrapeConfigs } from "./scrape.ts";

/** What a stack has for Prometheus and Grafana, as files by name: for those who do not run the operator or the sidecar. */
export function monitoringFiles(
  context: Pick<Context, "stack" | "landscape" | "settings">,
  monitoring: NonNullable<Context["settings"]["monitoring"]>,
): Record<string, string> {
  return {
    // `scrape_config_files` of Prometheus takes it from 2.43 on; its text can stand under `scrape_configs` as well.
    "prometheus-scrape.yaml": renderYaml({ scrape_configs: scrapeConfigs(context, monitoring) }),
    "prometheus-rules.yaml": renderYaml({ groups: ruleGroups(context, monitoring) }),
    "grafana-data-sources.yaml": renderYaml(dataSources(context)),
    ...Object.fromEntries(
      Object.entries(dashboards(context, monitoring)).map(([id, dashboard]) => [
        `grafana-dashboard-${id}.json`,
        `${JSON.stringify(dashboard, null, 2)}\n`,
      ]),
    ),
  };
}
