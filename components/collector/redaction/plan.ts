import type { Settings } from "../../../config/settings.ts";
import { allowedKeys } from "./allowed-keys.ts";
import { harmlessShapes } from "./harmless-shapes.ts";
import { kinds, patternsOf } from "./kinds.ts";
import { configText, transform, type Group } from "../ottl.ts";
import { exposeGroups, restoreGroups, standIns } from "./places.ts";
import { sqlGroups } from "./sql.ts";
import { asideGroup, asideKey, backGroup } from "./stack-traces.ts";

/** Where a query begins, there is no telling what it holds. In other text only `?name=value` is taken for a query. */
const urlKeys = ["url.full", "url.path", "http.url", "http.target"];

const urls: Group = {
  context: "span",
  statements: urlKeys.map((key) => {
    const url = `span.attributes["${key}"]`;
    return `replace_pattern(${url}, "[?#](?s:.*)", "") where ${url} != nil`;
  }),
};

/**
 * The processors that take personal data out of spans, in their order. An error in one of them refuses the spans: what was not
 * cleaned does not go on.
 */
export function redactionProcessors({ allowedAttributes, spanLinks }: Settings["privacy"]): Record<string, object> {
  return {
    // The collector can only count links: it reads neither their attributes nor their trace state.
    ...(spanLinks === "drop" && {
      "filter/links": { error_mode: "propagate", trace_conditions: ["Len(span.links) > 0"] },
    }),
    "transform/expose": transform(...exposeGroups(), asideGroup, urls, ...sqlGroups()),
    redaction: {
      allow_all_keys: false,
      allowed_keys: [...allowedKeys, ...allowedAttributes, ...standIns].sort(),
      ignored_keys: [asideKey],
      redact_all_types: true,
      allowed_values: harmlessShapes.map(configText),
      blocked_values: patternsOf(kinds).map(configText),
      // The other summaries write into the spans, with names of keys or without. The processor has no metrics of its own.
      summary: "silent",
    },
    "transform/restore": transform(backGroup, ...restoreGroups()),
  };
}
