import type { Service } from "../../config/landscape.ts";
import { listVariables } from "../../config/variables.ts";
import { instrumentationOf, sdkEnvironment } from "./instrumentation.ts";

interface Variable {
  name: string;
  value: string;
}

/** Variables that do the same as another one, so that the owner's can stay as it is. */
const substitutes: Readonly<Record<string, string>> = { JAVA_TOOL_OPTIONS: "JDK_JAVA_OPTIONS" };

/**
 * The variables of a service's container, sorted, with what its settings say of those that its owner sets too.
 *
 * @param stack name of the stack: the environment that spans carry.
 */
export function variablesOf(service: Service, stack: string): Variable[] {
  const { env } = instrumentationOf(service);
  return Object.entries({ ...sdkEnvironment(service, stack), ...env })
    .flatMap(([name, value]): Variable[] => {
      switch (service.wiring.variables[name]) {
        case "append":
          // The kubelet puts in what `envFrom` brought under this name. Of an entry in `env` there can be only one.
          return [{ name, value: `$(${name})${listVariables[name] ?? " "}${value}` }];
        case "keep":
          return substitutes[name] === undefined ? [] : [{ name: substitutes[name], value }];
        default:
          return [{ name, value }];
      }
    })
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
}
