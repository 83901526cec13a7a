/** What to do about a variable that the application's owner sets as well. */
export const variableModes = ["append", "keep", "replace"] as const;
export type VariableMode = (typeof variableModes)[number];

/**
 * Variables of the instrumentation that hold a list, with what stands between its parts: only to these something can be
 * appended.
 */
export const listVariables: Readonly<Record<string, string>> = {
  JAVA_TOOL_OPTIONS: " ",
  NODE_OPTIONS: " ",
  OTEL_RESOURCE_ATTRIBUTES: ",",
  DOTNET_STARTUP_HOOKS: ":",
  DOTNET_ADDITIONAL_DEPS: ":",
  DOTNET_SHARED_STORE: ":",
};

/** Every variable that the wiring of some runtime sets. Tests compare it with the plans. */
export const wiredVariables: readonly string[] = [
  ...Object.keys(listVariables),
  "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
  "OTEL_BSP_MAX_QUEUE_SIZE",
  "OTEL_BSP_SCHEDULE_DELAY",
  "CORECLR_ENABLE_PROFILING",
  "CORECLR_PROFILER",
  "CORECLR_PROFILER_PATH",
  "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
  "OTEL_DOTNET_AUTO_HOME",
  "OTEL_DOTNET_AUTO_LOG_DIRECTORY",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_PROTOCOL",
  "OTEL_INSTRUMENTATION_MESSAGING_EXPERIMENTAL_CAPTURE_HEADERS",
  "OTEL_LOGS_EXPORTER",
  "OTEL_METRICS_EXPORTER",
  "OTEL_PROPAGATORS",
  "OTEL_SERVICE_NAME",
  "OTEL_TRACES_EXPORTER",
  "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
  "OTEL_SPAN_EVENT_COUNT_LIMIT",
  "OTEL_SPAN_LINK_COUNT_LIMIT",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "TMPDIR",
].sort();
