import { configurationsLike } from "./configurations.ts";
import { at, isRecord, record, remembered, texts, within } from "./value.ts";
import type { Json } from "./value.ts";
import type { Resource } from "./resource.ts";

/** A part of a collector: `otlp/shop` is the receiver `shop` of kind `otlp`. */
export interface Part {
  readonly id: string;
  readonly kind: string;
  readonly settings: Json;
  readonly path: string;
}

export interface Pipeline {
  readonly id: string;
  readonly path: string;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

/** The configuration of an OpenTelemetry collector, or of a Jaeger 2, which is one. */
export interface Collector {
  readonly path: string;
  readonly config: Json;
  readonly receivers: readonly Part[];
  readonly processors: readonly Part[];
  readonly exporters: readonly Part[];
  readonly connectors: readonly Part[];
  readonly extensions: readonly Part[];
  readonly pipelines: readonly Pipeline[];
}

const isCollector = (value: Json): boolean =>
  isRecord(at(value, "service", "pipelines")) || (isRecord(value["receivers"]) && isRecord(value["exporters"]));

/** Every collector configuration in the resource. */
export const collectorsOf = remembered((resource: Resource): Collector[] =>
  configurationsLike(resource, isCollector).map(({ value: config, path }) => ({
    path,
    config,
    receivers: parts(config, "receivers", path),
    processors: parts(config, "processors", path),
    exporters: parts(config, "exporters", path),
    connectors: parts(config, "connectors", path),
    extensions: parts(config, "extensions", path),
    pipelines: pipelines(config, path),
  })),
);

const parts = (config: Json, key: string, path: string): Part[] =>
  Object.entries(record(config[key])).map(([id, settings]) => ({
    id,
    kind: id.split("/", 1)[0]!,
    settings: record(settings),
    path: within(path, key, id),
  }));

const pipelines = (config: Json, path: string): Pipeline[] =>
  Object.entries(record(at(config, "service", "pipelines"))).map(([id, pipeline]) => ({
    id,
    path: within(path, "service", "pipelines", id),
    receivers: texts(at(pipeline, "receivers")),
    processors: texts(at(pipeline, "processors")),
    exporters: texts(at(pipeline, "exporters")),
  }));
