import { z } from "zod";
import { configurationsLike, leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { at, isRecord, list, record, text, texts } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";

export const indexUser = forResources({
  name: "isolation-index-user",
  description: "A Jaeger reads and writes its own group's indices as its own group's user.",
  severity: "critical",
  remediation: "Let `auth.basic.username` begin with the `index_prefix` and a hyphen.",
  config: z.strictObject({}),
  judge: (resource) =>
    configurationsLike(resource, (value) => isRecord(value["indices"]) && isRecord(value["auth"])).flatMap(
      ({ value, path }) => {
        const prefix = text(at(value, "indices", "index_prefix"));
        const user = text(at(value, "auth", "basic", "username"));
        return user !== undefined && !(prefix && user.startsWith(`${prefix}-`))
          ? [
              {
                path: `${path}.auth.basic.username`,
                message: `${user} is not a user of the prefix ${prefix ?? "(none)"}; write one that begins with it`,
              },
            ]
          : [];
      },
    ),
});

/** The groups that a text names as a word between hyphens, slashes and the like. */
const named = (value: string, groups: readonly string[]): string[] =>
  groups.filter((group) => new RegExp(`(?:^|[^A-Za-z0-9])${group}(?:$|[^A-Za-z0-9])`).test(value));

export const groups = forResources({
  name: "isolation-groups",
  description:
    "What is made for one group names no other one: in Vault, in Elasticsearch, in a Jaeger's configuration.",
  severity: "critical",
  remediation: "Name the group's own index, user, path or role.",
  config: z.strictObject({}),
  judge: (resource, { settings }) => {
    const own = named(resource.name, settings.groups);
    const leaves = leavesOf(resource);
    const judged =
      /^(?:vault|elasticstack):/.test(resource.type) ||
      // What Vault Agent writes into a pod.
      leaves.some(({ value }) => typeof value === "string" && value.includes("/static-creds/")) ||
      configurationsLike(resource, (value) => "jaeger_storage" in value).length > 0;
    if (own.length !== 1 || !judged) return [];
    const others = settings.groups.filter((group) => group !== own[0]);
    return leaves.flatMap(({ path, value, parsed }): Finding[] => {
      const foreign = typeof value === "string" && !parsed ? named(value, others) : [];
      return foreign.length > 0
        ? [{ path, message: `names ${foreign.join(", ")}, but ${resource.name} is of ${own[0]!}` }]
        : [];
    });
  },
});

export const elasticsearchRole = forResources({
  name: "isolation-elasticsearch-role",
  description: "A role of Elasticsearch holds no index for everybody and no right for everything.",
  severity: "critical",
  remediation:
    "Name the group's own indices, and the privileges that are needed: `read` for a reader, `index` for a writer.",
  config: z.strictObject({}),
  judge: (resource) =>
    configurationsLike(
      resource,
      (value) =>
        Array.isArray(value["indices"]) &&
        list(value["indices"]).every((index) => isRecord(index) && "privileges" in index),
    ).flatMap(({ value, path }): Finding[] => {
      const base = path === "" ? "" : `${path}.`;
      const reader = /reader/.test(text(value["name"]) ?? "");
      return [
        ...[...texts(value["cluster"]), ...texts(value["clusters"])]
          .filter((of) => ["all", "manage"].includes(of))
          .map((of) => ({
            path: `${base}cluster`,
            message: `${of} is every right on the cluster; name the few that are needed`,
          })),
        ...list(value["indices"]).flatMap((index, position): Finding[] => [
          ...texts(record(index)["names"])
            .filter((of) => /^\*(?:$|\.)/.test(of) || of === "_all")
            .map((of) => ({
              path: `${base}indices[${position}].names`,
              message: `${of} is everybody's; name the group's own`,
            })),
          ...texts(record(index)["privileges"])
            .filter((of) => of === "all" || (reader && !["read", "view_index_metadata"].includes(of)))
            .map((of) => ({ path: `${base}indices[${position}].privileges`, message: `${of} is more than is needed` })),
        ]),
        ...(texts(value["runAs"]).concat(texts(value["run_as"])).length > 0
          ? [{ path: `${base}runAs`, message: "lets it act as somebody else; remove it" }]
          : []),
      ];
    }),
});

export const superuser = forResources({
  name: "isolation-superuser",
  description: "Nobody works as Elasticsearch's superuser.",
  severity: "critical",
  remediation: "Make a user with a role of its own.",
  config: z.strictObject({}),
  judge: (resource) =>
    leavesOf(resource).flatMap(({ path, key, keys, value }) =>
      (/(?:^|[._-])user(?:_?name)?$/i.test(key) && value === "elastic") ||
      (/roles$/.test(keys) && value === "superuser")
        ? [{ path, message: `${String(value)} may do everything; use a user with a role of its own` }]
        : [],
    ),
});

export const vault = forResources({
  name: "isolation-vault",
  description: "A policy of Vault names whole paths; a role is bound to one account; a connection allows named roles.",
  severity: "critical",
  remediation: "Name each path; set `boundSubject` and `boundAudiences`; list `allowedRoles`.",
  config: z.strictObject({}),
  judge: ({ type, props }) => {
    if (type === "vault:index/policy:Policy")
      return [...(text(props["policy"]) ?? "").matchAll(/path\s+"([^"]*)"\s*\{([^}]*)\}/g)].flatMap(
        ([, path, rule]): Finding[] => [
          ...(/[*+]/.test(path!)
            ? [{ path: "policy", message: `"${path!}" is every path that begins like it; name them` }]
            : []),
          ...(/"sudo"/.test(rule!) ? [{ path: "policy", message: `"${path!}" has sudo; remove it` }] : []),
        ],
      );
    if (
      type === "vault:jwt/authBackendRole:AuthBackendRole" ||
      type === "vault:kubernetes/authBackendRole:AuthBackendRole"
    ) {
      const jwt = type.startsWith("vault:jwt");
      const key = jwt ? "boundSubject" : "boundServiceAccountNames";
      const names = jwt ? [text(props[key]) ?? ""] : texts(props[key]);
      return names.length === 0 || names.some((name) => name === "" || name.includes("*"))
        ? [{ path: key, message: "does not name one account: others may log in as well" }]
        : [];
    }
    return type.startsWith("vault:database/") && texts(props["allowedRoles"]).some((role) => role.includes("*"))
      ? [{ path: "allowedRoles", message: "allows every role; name them" }]
      : [];
  },
});

export const certificates = forResources({
  name: "isolation-certificates",
  description: "A certificate is for named hosts, and only who delivers spans gets one as a client.",
  severity: "high",
  remediation:
    "Set `clientFlag: false` and named `allowedDomains`; list those who need a client's certificate in `clients`.",
  config: z.strictObject({
    clients: z.array(z.string()).default([]).meta({ description: "Roles that may get certificates as clients" }),
  }),
  judge: ({ type, props }, { config }) => {
    if (type !== "vault:pkiSecret/secretBackendRole:SecretBackendRole") return [];
    return [
      // The provider's default is true.
      ...(props["clientFlag"] !== false && !config.clients.includes(text(props["name"]) ?? "")
        ? [{ path: "clientFlag", message: "is not false: a pure server could deliver spans as a client" }]
        : []),
      ...["allowAnyName", "allowGlobDomains", "allowWildcardCertificates"]
        .filter((key) => props[key] === true)
        .map((path) => ({ path, message: "is true: it can have other hosts' certificates" })),
    ];
  },
});
