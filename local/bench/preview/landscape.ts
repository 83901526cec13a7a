import { join } from "node:path";
import type { Catalogue, Runtime } from "../../../config/model.ts";
import { repositoryDir } from "../../paths.ts";

/** The policy pack's settings of the local stack know these. */
const groups = ["shop", "crm", "mes"] as const;
const runtimes: readonly Runtime[] = ["java", "dotnet", "nodejs"];

/**
 * A landscape of so many back ends in a chain, each with a database, in namespaces of their own: all kinds of runtime, and all
 * groups.
 */
export function landscapeOf(size: number): Catalogue {
  const ids = Array.from({ length: size }, (_, index) => `service-${String(index + 1).padStart(3, "0")}`);
  return {
    groups,
    frontends: { "internet-shop": { title: "Internet Shop" } },
    services: Object.fromEntries(
      ids.map((id, index) => [
        id,
        {
          title: `Service ${index + 1}`,
          group: groups[index % groups.length]!,
          runtime: runtimes[index % runtimes.length]!,
          namespace: id,
        },
      ]),
    ),
    stores: Object.fromEntries(
      ids.map((id) => [`${id}-db`, { title: `Database of ${id}`, system: "postgresql" as const, host: `${id}-db` }]),
    ),
    edges: [
      ...(ids[0] ? [{ kind: "request" as const, from: "internet-shop", to: ids[0] }] : []),
      ...ids.map((id) => ({ kind: "store" as const, from: id, to: `${id}-db` })),
    ],
  };
}

/** The landscape as a file that `catalogueFile` can name. */
export function catalogueText(landscape: Catalogue): string {
  const model = JSON.stringify(join(repositoryDir, "config/model.ts"));
  return `import { defineCatalogue } from ${model};\n\nexport const catalogue = defineCatalogue(${JSON.stringify(landscape)});\n`;
}
