import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { z } from "zod";
import type { Properties, Table } from "./properties.ts";
import { hasUnknown } from "./properties.ts";

/** Names that the engine adds to a provider's settings for itself. */
const enginesOwn = ["version", "pluginDownloadURL", "__internal"];

/** Refuses what the table does not have or not so. A value that is not known yet passes: it is checked again when it is. */
export function check(what: string, table: Table, news: Properties): InstanceType<typeof providerProto.CheckResponse> {
  const schema = z.strictObject(Object.fromEntries(Object.entries(table).map(([name, { schema }]) => [name, schema])));
  const own = Object.entries(news).filter(([name]) => name in table || !enginesOwn.includes(name));
  const inputs = Object.fromEntries(own);
  const issues = schema.safeParse(inputs).error?.issues ?? [];
  const failures = issues
    .filter(({ path }) => path.length === 0 || !hasUnknown(valueAt(inputs, path)))
    .map((issue) => {
      const reason =
        issue.code === "unrecognized_keys"
          ? `${what} of the local stand-in has no input ${[...issue.path, issue.keys.join(", ")].join(".")}`
          : `${what}: ${issue.path.join(".")}: ${issue.message}`;
      return new providerProto.CheckFailure().setProperty(issue.path.join(".")).setReason(reason);
    });
  return new providerProto.CheckResponse()
    .setInputs(structProto.Struct.fromJavaScript(inputs as Parameters<typeof structProto.Struct.fromJavaScript>[0]))
    .setFailuresList(failures);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
