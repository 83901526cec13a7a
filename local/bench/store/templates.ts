import { execFileSync } from "node:child_process";
import { storePlan } from "../../../components/elasticsearch/store-plan.ts";
import { readStack } from "../../../config/stack-file.ts";
import { binary } from "../../toolchain/index.ts";
import type { IndexForm } from "./compare.ts";

/** How an index of spans is made: by this stack's template, and by the one that Jaeger would put there itself. */
export function templates(): Record<"ours" | "jaeger", IndexForm> {
  const { name: stack, settings, landscape } = readStack("local");
  const ours = storePlan({ stack, settings, landscape }).series.find(({ name }) => name.endsWith("-span"));
  if (!ours) throw new Error("The plan has no index of spans.");
  const printed = execFileSync(
    binary("jaeger"),
    ["elasticsearch-mappings", "--es-version", "8", "--mapping", "jaeger-span", "--index-prefix", "bench"],
    { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  const { template } = JSON.parse(printed) as { template: IndexForm };
  return { ours: ours.template, jaeger: template };
}
