import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import { GraphDrawStyle } from "@grafana/grafana-foundation-sdk/common";
import {
  DashboardBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type Panel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as NodeGraphBuilder } from "@grafana/grafana-foundation-sdk/nodegraph";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeseriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";

/** A question to Prometheus, and how its answer is called. */
export type Question = readonly [expr: string, legend: string];

/** Panels of one data source. Width and height are in Grafana's grid: 24 wide. */
export function panelsOf(dataSource: string) {
  const datasource = { type: "prometheus", uid: dataSource };
  const query = ([expr, legend]: Question, index: number) =>
    new DataqueryBuilder()
      .datasource(datasource)
      .expr(expr)
      .legendFormat(legend)
      .refId(String.fromCharCode(65 + index));
  return {
    /** Lines over time. With `exemplars`, points that lead to traces. */
    lines: (title: string, description: string, unit: string, questions: readonly Question[], exemplars = false) => {
      const panel = new TimeseriesBuilder()
        .title(title)
        .description(description)
        .datasource(datasource)
        .unit(unit)
        .min(0)
        .drawStyle(GraphDrawStyle.Line)
        .span(12)
        .height(8);
      for (const [index, question] of questions.entries()) {
        panel.withTarget(query(question, index).exemplar(exemplars));
      }
      return panel;
    },
    /** One number, which is bad below `least`, or above `most`. */
    number: (
      title: string,
      description: string,
      unit: string,
      expr: string,
      limit: { least: number } | { most: number },
    ) => {
      const low = "least" in limit;
      const value = low ? limit.least : limit.most;
      return new StatBuilder()
        .title(title)
        .description(description)
        .datasource(datasource)
        .unit(unit)
        .noValue("no requests")
        .thresholds(
          new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
            { value: null, color: low ? "red" : "green" },
            { value, color: low ? "green" : "red" },
          ]),
        )
        .withTarget(query([expr, title], 0).instant())
        .span(6)
        .height(4);
    },
    /** A row a label set, a column a question. */
    table: (title: string, description: string, columns: readonly { name: string; unit: string; expr: string }[]) => {
      const panel = new TableBuilder().title(title).description(description).datasource(datasource).span(24).height(9);
      for (const [index, { name, expr }] of columns.entries()) {
        panel.withTarget(query([expr, name], index).instant().format(PromQueryFormat.Table));
      }
      panel.withTransformation({ id: "merge", options: {} });
      panel.withTransformation({
        id: "organize",
        options: {
          excludeByName: { Time: true },
          renameByName: Object.fromEntries(
            columns.map(({ name }, i) => [`Value #${String.fromCharCode(65 + i)}`, name]),
          ),
        },
      });
      for (const { name, unit } of columns) panel.overrideByName(name, [{ id: "unit", value: unit }]);
      return panel;
    },
    /**
     * A map. What is asked for must have the labels that Grafana wants of a graph: `id` of each node; `id`, `source` and `target`
     * of each line. The value is written beside it.
     */
    map: (title: string, description: string, { nodes, lines }: { nodes: string; lines: string }) => {
      const panel = new NodeGraphBuilder().title(title).description(description).datasource(datasource);
      for (const [index, expr] of [nodes, lines].entries()) {
        panel.withTarget(query([expr, ""], index).instant().format(PromQueryFormat.Table));
      }
      panel.withTransformation({
        id: "organize",
        options: { excludeByName: { Time: true }, renameByName: { "Value #A": "mainstat", "Value #B": "mainstat" } },
      });
      return panel.unit("reqps").span(24).height(12);
    },
  };
}

/** A page. `id` is unique among all stacks of one Grafana. */
export function page(
  { id, title, description, from }: { id: string; title: string; description: string; from: string },
  panels: readonly Builder<Panel>[],
): DashboardBuilder {
  const dashboard = new DashboardBuilder(title)
    .uid(id)
    .description(description)
    .tags(["tracing"])
    .time({ from, to: "now" })
    .refresh("1m")
    .timezone("browser")
    .readonly();
  for (const panel of panels) dashboard.withPanel(panel);
  return dashboard;
}
