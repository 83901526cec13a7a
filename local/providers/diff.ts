import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import type { Properties, Table } from "./properties.ts";
import { differences, hasUnknown } from "./properties.ts";

interface Comparable {
  inputs: Table;
  id(inputs: Properties): string;
  coexists?: boolean;
}

/** Says which properties differ, and whether only another resource can have the new values. */
export function diff(
  type: Comparable,
  olds: Properties,
  news: Properties,
  updatable: boolean,
): InstanceType<typeof providerProto.DiffResponse> {
  const { DiffResponse, PropertyDiff } = providerProto;
  const changed = differences(type.inputs, olds, news);
  const replacing = changed.filter((name) => !updatable || type.inputs[name]?.replace);
  const response = new DiffResponse()
    .setChanges(changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE)
    .setDiffsList(changed)
    .setReplacesList(replacing)
    .setHasdetaileddiff(true)
    // Two objects of one name cannot coexist: making the new one first would fail, or deleting the old one last hit it.
    .setDeletebeforereplace(!type.coexists && !hasUnknown(news) && type.id(olds) === type.id(news));
  for (const name of changed) {
    const kinds = PropertyDiff.Kind;
    const replace = replacing.includes(name);
    const kind = !(name in olds)
      ? replace
        ? kinds.ADD_REPLACE
        : kinds.ADD
      : name in news
        ? replace
          ? kinds.UPDATE_REPLACE
          : kinds.UPDATE
        : replace
          ? kinds.DELETE_REPLACE
          : kinds.DELETE;
    response.getDetaileddiffMap().set(name, new PropertyDiff().setKind(kind).setInputdiff(true));
  }
  return response;
}
