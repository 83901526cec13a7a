import type { Service } from "../../config/landscape.ts";
import { kubectlName } from "../check/workload.ts";

/**
 * How a rollout ended.
 *
 * `held`: the patch stands, and pods get it when somebody acts. `taken back`: with whether the application is back as it was.
 * `not known`: the run may not look, or the workload is gone.
 */
export type Outcome =
  | { state: "through" }
  | { state: "held" | "not known"; reason: string }
  | { state: "taken back"; reason: string; /** Undefined: it runs as before. Else what it lacks. */ lacks?: string };

/** What people read of the end of a rollout. Undefined: all is as it should be. An error makes `up` fail at its end. */
export function sayOutcome(service: Service, outcome: Outcome): { level: "warn" | "error"; text: string } | undefined {
  const { id } = service;
  switch (outcome.state) {
    case "through":
      return undefined;
    case "not known":
      return { level: "warn", text: `${id}: whether its pods start cannot be told: ${outcome.reason}` };
    case "held":
      return { level: "warn", text: `${id}: is traced later: ${outcome.reason}` };
    case "taken back":
      return {
        level: "error",
        text: [
          `${id}: its pods did not start with the instrumentation, so it was taken back: ${after(service, outcome)}.`,
          `  why:     ${outcome.reason}`,
          `  write:   services: {${id}: {enabled: false}}   # until it is mended; the next up tries it again`,
        ].join("\n"),
      };
  }
}

function after(service: Service, { lacks }: { lacks?: string }): string {
  if (lacks === undefined) return "the application runs as before, without traces";
  return `and the application is not back yet: ${lacks}. See kubectl --namespace ${service.namespace} describe ${kubectlName(service)}`;
}
