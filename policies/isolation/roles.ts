import { z } from "zod";
import { configurationsLike } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { isRecord, list, record, text, texts } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";
import type { Json } from "../core/value.ts";

/** Indices of all groups, and those of everybody. */
const everybodys = /^(?:[*?/]|_all$)/;
const everything = /^(?:\*(?:$|\.)|_all$|\/)/;

/** A role of Elasticsearch, of the provider or of `roles.yml`. */
const isRole = (value: Json): boolean =>
  (Array.isArray(value["indices"]) &&
    list(value["indices"]).every((index) => isRecord(index) && "privileges" in index)) ||
  [value["cluster"], value["clusters"], value["applications"]].some((of) => list(of).length > 0);

export const elasticsearchRole = forResources({
  name: "isolation-elasticsearch-role",
  description: "A role of Elasticsearch holds no index for everybody and no right for everything.",
  severity: "critical",
  remediation:
    "Name the group's own indices, and the privileges that are needed: `read` for a reader, `index` for a writer.",
  config: z.strictObject({
    administrators: z
      .array(z.string())
      .default([])
      .meta({ description: "Roles of who sets the store up: they may make users, and name indices of all groups" }),
  }),
  judge: (resource, { config }) =>
    configurationsLike(resource, isRole).flatMap(({ value, path }): Finding[] => {
      const base = path === "" ? "" : `${path}.`;
      const isAdministrator = config.administrators.includes(text(value["name"]) ?? /[\w-]*$/.exec(path)![0]);
      const reader = /reader/.test(text(value["name"]) ?? "");
      return [
        ...[...texts(value["cluster"]), ...texts(value["clusters"])]
          .filter((of) => (of === "manage_security" ? !isAdministrator : ["all", "manage"].includes(of)))
          .map((of) => ({
            path: `${base}cluster`,
            message: `${of} is every right on the cluster; name the few that are needed`,
          })),
        ...list(value["indices"]).flatMap((index, position): Finding[] => [
          ...texts(record(index)["names"])
            .filter((of) => (isAdministrator ? everything : everybodys).test(of))
            .map((of) => ({
              path: `${base}indices[${position}].names`,
              message: `${of} is everybody's; name the group's own`,
            })),
          ...texts(record(index)["privileges"])
            .filter((of) => of === "all" || (reader && !["read", "view_index_metadata"].includes(of)))
            .map((of) => ({ path: `${base}indices[${position}].privileges`, message: `${of} is more than is needed` })),
          ...["allowRestrictedIndices", "allow_restricted_indices"]
            .filter((key) => record(index)[key] === true)
            .map((key) => ({
              path: `${base}indices[${position}].${key}`,
              message: "is Elasticsearch's own; remove it",
            })),
        ]),
        ...list(value["applications"]).flatMap((application, position): Finding[] =>
          texts(record(application)["privileges"]).some((of) => of === "*" || of === "all")
            ? [
                {
                  path: `${base}applications[${position}].privileges`,
                  message: "is every right; name those that are needed",
                },
              ]
            : [],
        ),
        ...(texts(value["runAs"]).concat(texts(value["run_as"])).length > 0
          ? [{ path: `${base}runAs`, message: "lets it act as somebody else; remove it" }]
          : []),
      ];
    }),
});

export const roleMapping = forResources({
  name: "isolation-elasticsearch-mapping",
  description: "A role of Elasticsearch is given to named people.",
  severity: "critical",
  remediation: "Name users, groups or names of certificates in `rules`.",
  config: z.strictObject({}),
  judge: (resource) =>
    configurationsLike(resource, (value) => isRecord(value["field"])).flatMap(({ value, path }) =>
      Object.entries(record(value["field"]))
        .filter(([, given]) => [text(given), ...texts(given)].some((one) => one !== undefined && /^[*?]/.test(one)))
        .map(([key]) => ({ path: `${path}.field.${key}`, message: "is everybody; name who needs the role" })),
    ),
});
