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
    resources: ["secrets"],
    verbs: ["create", "update", "patch"],
    is: "has tokens of other accounts written into a Secret, or changes what others believe",
  },
  {
    resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
    verbs: ["create", "update", "patch"],
    is: "sees and changes whatever is written to the cluster",
  },
  {
    resources: ["certificatesigningrequests/approval", "signers"],
    verbs: ["create", "update", "patch", "approve", "sign"],
    is: "becomes any other user",
  },
  {
    resources: ["pods/exec", "pods/attach", "pods/portforward", "pods/ephemeralcontainers"],
    verbs: [...acting, "patch", "update"],
    is: "gets into pods, and so to what they know",
  },
  {
    resources: ["networkpolicies", "ciliumnetworkpolicies", "globalnetworkpolicies", "adminnetworkpolicies"],
    verbs: ["create", "update", "patch", "delete", "deletecollection"],
    is: "opens the network",
  },
  { resources: ["namespaces"], verbs: ["update", "patch"], is: "takes the standard off the pods of a namespace" },
  { resources: ["persistentvolumes"], verbs: ["create"], is: "reaches the nodes' files" },
  { resources: ["serviceaccounts/token"], verbs: ["create", "*"], is: "becomes any other account" },
  {
    resources: ["nodes/proxy", "services/proxy", "pods/proxy"],
    verbs: acting,
    is: "goes past the login and the NetworkPolicies",
  },
];

/** Whether a rule about the first is one about the second: `pods/*` and `*` + `/exec` are about `pods/exec`. */
function covers(given: string, resource: string): boolean {
  const [kinds = "", parts = ""] = given.split("/");
  const [kind, part = ""] = resource.split("/");
  return (kinds === kind || (kinds === "*" && parts !== "")) && (parts === part || (parts === "*" && part !== ""));
}

/** A role that grows, or makes others grow: what it allows is written elsewhere. */
function ofAggregation({ body, path }: KubernetesObject): Finding[] {
  const labels = Object.keys(record(record(body["metadata"])["labels"]));
  return [
    ...(body["aggregationRule"] === undefined
      ? []
      : [
          {
            path: within(path, "aggregationRule"),
            message: "takes the rules of every role with a label, of later ones too; write the rules",
          },
        ]),
    ...labels
      .filter((label) => /^rbac\.authorization\.k8s\.io\/aggregate-to-/.test(label))
      .map((label) => ({
        path: within(path, "metadata", "labels", label),
        message: "gives these rights to everybody who has that role; remove it, and bind the role",
      })),
  ];
}

function ofRules({ body, path }: KubernetesObject): Finding[] {
  return list(body["rules"]).flatMap((rule, index): Finding[] => {
    const verbs = texts(record(rule)["verbs"]);
    const resources = texts(record(rule)["resources"]);
    const where = within(path, "rules", index);
    if (verbs.includes("*"))
      return [{ path: `${where}.verbs`, message: "* is every verb; name those that are needed" }];
    if (texts(record(rule)["nonResourceURLs"]).includes("*"))
      return [{ path: `${where}.nonResourceURLs`, message: "* is every path of the API server; name them" }];
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
        const kinds = resources.filter((kind) => of.resources.some((one) => covers(kind, one)));
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

const mighty =
  /^(?:cluster-admin|admin|edit|system:(?:masters|node|kube-[\w-]+|controller:.+|persistent-volume-provisioner))$/;
const everybody = /^system:(?:anonymous|unauthenticated|authenticated|serviceaccounts(?::.+)?)$/;

function ofBinding({ body, path }: KubernetesObject): Finding[] {
  const role = text(record(body["roleRef"])["name"]) ?? "";
  return [
    ...(mighty.test(role)
      ? [
          {
            path: within(path, "roleRef", "name"),
            message: `${role} may do nearly everything; bind a role with the few rights that are needed`,
          },
        ]
      : []),
    ...list(body["subjects"]).flatMap((subject, index) => {
      const name = text(record(subject)["name"]) ?? "";
      if (name === "system:masters")
        return [
          {
            path: within(path, "subjects", index, "name"),
            message: `${name} may do everything already; name who needs it`,
          },
        ];
      return everybody.test(name) || (record(subject)["kind"] === "ServiceAccount" && name === "default")
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

/** What a project of Argo CD lets its applications deploy, and where. */
function ofProject({ body, path }: KubernetesObject): Finding[] {
  const spec = record(body["spec"]);
  const wide = (key: string, is: boolean): Finding[] =>
    is ? [{ path: within(path, "spec", key), message: "* is everything; name what is needed" }] : [];
  const any = (key: string, ...parts: string[]) =>
    list(spec[key]).some((one) => parts.every((part) => record(one)[part] === "*"));
  return [
    ...wide("sourceRepos", texts(spec["sourceRepos"]).includes("*")),
    ...wide("destinations", any("destinations", "namespace")),
    ...wide("clusterResourceWhitelist", any("clusterResourceWhitelist", "group", "kind")),
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
      if (/^(?:Cluster)?Role$/.test(object.kind)) return [...ofRules(object), ...ofAggregation(object)];
      if (/^(?:Cluster)?RoleBinding$/.test(object.kind)) return ofBinding(object);
      return object.kind === "AppProject" ? ofProject(object) : [];
    }),
});
