import type { z } from "zod";
import { frontEndName, jaegerCollectorName, reservedGroups } from "../lib/names.ts";
import { edgeId, type Catalogue, type CatalogueEdge } from "./model.ts";
import { stepProblems } from "./check-steps.ts";
import { dnsLabel } from "./text-types.ts";
import { SettingsError } from "./settings-error.ts";

/** Longest name of a group: it stands in names of pods, which end with two hashes, and in a host name. */
const podHashes = "-0123456789-01234".length;
const longestGroup = 63 - jaegerCollectorName("").length - podHashes;
const longestFrontend = 63 - frontEndName("").length - podHashes;

const group = dnsLabel
  .max(longestGroup, `is longer than ${longestGroup} characters, and it becomes part of longer names`)
  .refine((name) => !reservedGroups.includes(name), {
    error: `is reserved: the stack itself has a view or a group of that name (${reservedGroups.join(", ")})`,
  });

const frontend = dnsLabel.max(
  longestFrontend,
  `is longer than ${longestFrontend} characters, and it becomes part of longer names`,
);

/** A service's account is called like it, unless the stack settings say otherwise. */
const serviceId = dnsLabel.refine((id) => id !== "default", {
  error: "is the name of the account that every other pod of a namespace may use too",
});

/**
 * Checks what the types of a catalogue cannot say: that its names can be used where they will stand, and that its steps
 * lead somewhere.
 *
 * @param source where the catalogue is, for the message.
 * @throws SettingsError naming all names that cannot be used, or else all that is wrong with its steps.
 */
export function checkCatalogue(catalogue: Catalogue, source: string): void {
  const names: [where: string, name: string, schema: z.ZodType][] = [
    ...catalogue.groups.map((name) => ["groups", name, group] as [string, string, z.ZodType]),
    ...Object.keys(catalogue.frontends).map((name) => ["frontends", name, frontend] as [string, string, z.ZodType]),
    ...Object.entries(catalogue.services).flatMap(([id, { namespace }]): [string, string, z.ZodType][] => [
      ["services", id, serviceId],
      [`services.${id}.namespace`, namespace, dnsLabel],
    ]),
    ...Object.entries(catalogue.stores).flatMap(([id, { host }]): [string, string, z.ZodType][] => [
      ["stores", id, dnsLabel],
      [`stores.${id}.host`, host, dnsLabel],
    ]),
  ];
  const problems = names.flatMap(([where, name, schema]) =>
    (schema.safeParse(name).error?.issues ?? []).map(({ message }) => `${where}: ${JSON.stringify(name)} ${message}`),
  );
  problems.push(...twice(catalogue.groups).map((name) => `groups: ${JSON.stringify(name)} is there twice`));
  problems.push(
    ...Object.entries(catalogue.services)
      .filter(([, service]) => !catalogue.groups.includes(service.group))
      .map(
        ([id, service]) =>
          `services.${id}.group: ${JSON.stringify(service.group)} is none of ${catalogue.groups.join(", ")}`,
      ),
  );
  // An edge names its ends by their ids alone.
  const ends = [catalogue.frontends, catalogue.services, catalogue.stores].flatMap(Object.keys);
  problems.push(
    ...twice(ends).map(
      (id) => `${JSON.stringify(id)} is the id of two: of frontends, services and stores each has its own`,
    ),
  );
  refuse(source, "name(s)", problems);
  refuse(source, "edge(s)", edgeProblems(catalogue));
  refuse(source, "thing(s) about the steps of an order", stepProblems(catalogue));
}

/** The types say it already, but not to somebody who runs a catalogue without checking it. */
function edgeProblems({ edges, frontends, services, stores }: Catalogue): string[] {
  const between = { from: services, via: stores, to: services };
  const ends: Record<CatalogueEdge["kind"], Readonly<Record<string, object>>> = {
    request: { from: frontends, to: services },
    store: { from: services, to: stores },
    message: between,
    join: between,
  };
  return [
    ...edges.flatMap((edge) =>
      Object.entries(ends[edge.kind] ?? {}).flatMap(([end, known]) => {
        const id = (edge as Partial<Record<string, unknown>>)[end];
        return typeof id === "string" && Object.hasOwn(known, id)
          ? []
          : [
              `edges: ${edgeId(edge)}: ${end} is ${JSON.stringify(id)}, which is none of ${Object.keys(known).join(", ")}`,
            ];
      }),
    ),
    ...edges
      .filter(({ kind }) => !Object.hasOwn(ends, kind))
      .map(
        (edge) =>
          `edges: ${edgeId(edge)}: kind ${JSON.stringify(edge.kind)} is none of ${Object.keys(ends).join(", ")}`,
      ),
    ...twice(edges.map(edgeId)).map((id) => `edges: ${id} is there twice`),
  ];
}

function refuse(source: string, what: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new SettingsError([`${source}: ${problems.length} ${what} cannot be used.`, ...problems].join("\n"));
}

function twice(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
