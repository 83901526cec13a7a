// Loaded by `node --require` before the application. The SDK reads the standard OTEL_* variables.
require("@opentelemetry/auto-instrumentations-node/register");
