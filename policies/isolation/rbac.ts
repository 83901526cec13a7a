import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { list, record, text, texts, within } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";
import type { KubernetesObject } from "../core/objects.ts";

const reading = ["get", "list", "watch", "*"];
const acting = ["create", "get", "*"];

/** What nobody needs for tracing, each with what it amounts to. */
const forbidden: readonly { resources: readonly string[]; verbs: readonly string[]; is: string }[] = [
  { resources: ["secrets"], verbs: reading, is: "reads every Secret" },
  {
    resources: ["pods/exec", "pods/attach", "pods/portforward", "pods/ephemeralcontainers"],
    verbs: [...acting, "patch", "update"],
    is: "gets into pods, and so to what they know",
  },
  { resources: ["serviceaccounts/token"], verbs: ["create", "*"], is: "becomes any other account" },
  {
    resources: ["nodes/proxy", "services/proxy", "pods/proxy"],
    verbs: acting,
    is: "goes past the login and the NetworkPolicies",
  },
];

function ofRules({ body, path }: KubernetesObject): Finding[] {
  return list(body["rules"]).flatMap((rule, index): Finding[] => {
    const verbs = texts(record(rule)["verbs"]);
    const resources = texts(record(rule)["resources"]);
    const where = within(path, "rules", index);
    if (verbs.includes("*"))
      return [{ path: `${where}.verbs`, message: "* is every verb; name those that are needed" }];
    if (resources.includes("*"))
      return [
        {
          path: `${where}.resources`,
          message: "* is every kind, Secrets and pods/exec too; name those that are needed",
        },
      ];
    const granting = verbs.filter((verb) => ["bind", "escalate", "impersonate"].includes(verb));
    return [
      ...granting.map((verb) => ({
        path: `${where}.verbs`,
        message: `${verb} gives itself further rights; remove it`,
      })),
      ...forbidden.flatMap((of) => {
        const kinds = resources.filter((kind) => of.resources.includes(kind));
        const given = verbs.filter((verb) => of.verbs.includes(verb));
        // A rule that names its objects is for those alone; listing and watching cannot be limited by it.
        const limited = texts(record(rule)["resourceNames"]).length > 0 && given.every((verb) => verb === "get");
        return kinds.length > 0 && given.length > 0 && !limited
          ? [
              {
                path: `${where}.verbs`,
                message: `${given.join(", ")} on ${kinds.join(", ")} ${of.is}; remove it, or name single objects`,
              },
            ]
          : [];
      }),
    ];
  });
}

const everybody = ["system:anonymous", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"];

function ofBinding({ body, path }: KubernetesObject): Finding[] {
  const role = text(record(body["roleRef"])["name"]) ?? "";
  return [
    ...(["cluster-admin", "admin", "edit"].includes(role)
      ? [
          {
            path: within(path, "roleRef", "name"),
            message: `${role} may do nearly everything; bind a role with the few rights that are needed`,
          },
        ]
      : []),
    ...list(body["subjects"]).flatMap((subject, index) => {
      const name = text(record(subject)["name"]) ?? "";
      return everybody.includes(name) || (record(subject)["kind"] === "ServiceAccount" && name === "default")
        ? [
            {
              path: within(path, "subjects", index, "name"),
              message: `${name} is everybody; name one account or group`,
            },
          ]
        : [];
    }),
  ];
}

export const rbac = forResources({
  name: "isolation-rbac",
  description: "A role of Kubernetes reads no Secrets, gets into no pods, and is bound to named accounts.",
  severity: "critical",
  remediation: "Name the kinds, verbs and objects that are needed, and the account that needs them.",
  config: z.strictObject({}),
  judge: (resource) =>
    objectsOf(resource).flatMap((object) => {
      if (/^(?:Cluster)?Role$/.test(object.kind)) return ofRules(object);
      return /^(?:Cluster)?RoleBinding$/.test(object.kind) ? ofBinding(object) : [];
    }),
});
