/** Statements of the transform processor that run together on each item of one level of the data. */
export interface Group {
  /**
   * Always given. Left to itself the processor takes the lowest level that any statement of the list names, and would run
   * those about the resource once an event, and never for a span without events.
   */
  context: "resource" | "scope" | "span" | "spanevent" | "metric" | "datapoint";
  /** The statements run where one of these holds. Default: always. */
  conditions?: readonly string[];
  statements: readonly string[];
}

/** A transform processor. An error refuses all spans of the request: what was not cleaned does not go on. */
export function transform(...groups: readonly Group[]) {
  return { error_mode: "propagate", trace_statements: groups.map(groupOf) };
}

/** The same for metrics. */
export function transformMetrics(...groups: readonly Group[]) {
  return { error_mode: "propagate", metric_statements: groups.map(groupOf) };
}

const groupOf = ({ context, conditions = [], statements }: Group) => ({
  context,
  ...(conditions.length > 0 && { conditions: conditions.map(configText) }),
  statements: statements.map(configText),
});

/** A text in OTTL. Its escapes are those of JSON. */
export function ottlText(text: string): string {
  return JSON.stringify(text);
}

/** Text as the collector's configuration holds it: a `$` would be read as the start of a variable. */
export function configText(text: string): string {
  return text.replaceAll("$", "$$$$");
}
