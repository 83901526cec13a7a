import { TextBoxVariableBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import type { Landscape } from "../../../config/landscape.ts";
import { attributes } from "../../../lib/attributes.ts";
import { allView } from "../../../lib/names.ts";
import { jaegerSource } from "../data-sources.ts";
import { page } from "./panels.ts";

/** The traces of one order, back end by back end, as far as the person may see the view over all. */
export function orderPage(stack: string, { services }: Pick<Landscape, "services">) {
  const datasource = { type: "jaeger", uid: jaegerSource(stack, allView) };
  return page(
    {
      id: `tracing-${stack}-order`,
      title: `Tracing ${stack}: one order`,
      description: "All traces of an order. Where it stands, and why, says `npm run order`.",
      from: "now-7d",
    },
    services.map(({ id, title }) =>
      new TableBuilder()
        .title(title)
        .description(`Traces of ${title} with this order.`)
        .datasource(datasource)
        .withTarget({
          // The SDK has no builder for Jaeger's queries.
          build: () => ({
            refId: "A",
            datasource,
            queryType: "search",
            service: id,
            tags: `${attributes.orderId}="$order"`,
            limit: 20,
            _implementsDataqueryVariant: () => undefined,
          }),
        })
        .span(24)
        .height(7),
    ),
  ).withVariable(new TextBoxVariableBuilder("order").label("order.id"));
}
