import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { z } from "zod";
import type { Properties, Table } from "./properties.ts";
import { hasUnknown } from "./properties.ts";

/** Names that the engine adds to a provider's settings for itself. */
export const enginesOwn: readonly string[] = ["version", "pluginDownloadURL", "__internal"];

/** Refuses what the table does not have or not so. A value that is not known yet passes: it is checked again when it is. */
export function check(
  table: Table,
  news: Properties,
  ignored: readonly string[] = [],
): InstanceType<typeof providerProto.CheckResponse> {
  const schema = z.strictObject(Object.fromEntries(Object.entries(table).map(([name, { schema }]) => [name, schema])));
  const inputs = Object.fromEntries(Object.entries(news).filter(([name]) => !ignored.includes(name)));
  const issues = schema.safeParse(inputs).error?.issues ?? [];
  const failures = issues
    .filter(({ path }) => path.length === 0 || !hasUnknown(valueAt(inputs, path)))
    .map((issue) => {
      const at = issue.path.join(".");
      const reason =
        issue.code === "unrecognized_keys"
          ? `${at}${at && "."}${issue.keys.join(", ")}: the local stand-in has no such input`
          : `${at}: ${issue.message}`;
      // The name of the property stays out of its field: the engine would print the value beside it, secret or not.
      return new providerProto.CheckFailure().setReason(reason);
    });
  return new providerProto.CheckResponse()
    .setInputs(structProto.Struct.fromJavaScript(news as Parameters<typeof structProto.Struct.fromJavaScript>[0]))
    .setFailuresList(failures);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
