import type { Context } from "../../config/context.ts";
import { configDir } from "../otel/collector-parts.ts";
import { certificateAge, withMetrics } from "../otel/metrics-endpoint.ts";

/**
 * The configuration of a collector of the stack with its metrics, those of its certificate among them. Unchanged where nobody
 * is to read them.
 *
 * @param sources see {@link withMetrics}.
 */
export function withCollectorMetrics<T extends Parameters<typeof withMetrics>[1]>(
  context: Pick<Context, "settings" | "prometheusCa">,
  config: T,
  sources: readonly string[] = [],
): T {
  if (!context.settings.monitoring) return config;
  const receivers = { ...config.receivers, ...certificateAge };
  return withMetrics(context, { ...config, receivers }, configDir, [...Object.keys(certificateAge), ...sources]);
}
