import { objectsOf } from "./objects.ts";
import { list, record, text, texts, within } from "./value.ts";
import type { Resource } from "./resource.ts";

/** The Services of the resource, each with its `spec` and where that is. */
export const servicesOf = (resource: Resource) =>
  objectsOf(resource)
    .filter(({ kind, apiVersion }) => kind === "Service" && apiVersion === "v1")
    .map((object) => {
      const spec = record(object.body["spec"]);
      return { ...object, spec, at: object.chart ? object.path : within(object.path, "spec") };
    });

/** An address that a Service leads to since somebody wrote it down. */
interface Endpoint {
  readonly path: string;
  readonly address: string;
  readonly ports: readonly unknown[];
}

/** The addresses of `Endpoints` and `EndpointSlice`. */
export const writtenEndpoints = (resource: Resource): Endpoint[] =>
  objectsOf(resource).flatMap(({ kind, body, path }): Endpoint[] => {
    if (kind === "Endpoints")
      return list(body["subsets"]).flatMap((subset, index) =>
        ["addresses", "notReadyAddresses"].flatMap((key) =>
          list(record(subset)[key]).map((one, position) => ({
            path: within(path, "subsets", index, key, position),
            address: text(record(one)["ip"]) ?? "",
            ports: list(record(subset)["ports"]).map((port) => record(port)["port"]),
          })),
        ),
      );
    if (kind !== "EndpointSlice") return [];
    const ports = list(body["ports"]).map((port) => record(port)["port"]);
    return list(body["endpoints"]).flatMap((one, index) =>
      texts(record(one)["addresses"]).map((address) => ({
        path: within(path, "endpoints", index, "addresses"),
        address,
        ports,
      })),
    );
  });
