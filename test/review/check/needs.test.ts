import "../../support/without-sdks.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "../../../review/check/answer.ts";
import { judgeNeeds, routeApis } from "../../../review/check/needs.ts";
import type { LiveNode } from "../../../review/check/read-nodes.ts";
import type { LiveNeeds } from "../../../review/check/read-needs.ts";
import { access, settingsOf } from "../../support/context.ts";

/** What the stack's own objects refer to. */

const read = <T>(value: T): Answer<T> => ({ state: "read", value });
const missing = { state: "missing" } as const;
const forbidden = { state: "unread", reason: "cannot list resource" } as const;
const classes = (byDefault: boolean) =>
  read([
    {
      metadata: {
        name: "fast",
        annotations: { "storageclass.kubernetes.io/is-default-class": String(byDefault) },
      },
      provisioner: "company",
    },
  ]);

const empty = {
  ...{ name: "a", architecture: "amd64", images: new Set<string>() },
  ...{ taints: [], schedulable: true, whole: {} },
};

interface Change {
  live?: Partial<LiveNeeds>;
  settings?: Record<string, unknown>;
  labels?: Record<string, string>;
  first?: boolean;
}

function said({ live = {}, settings = {}, labels = {}, first = true }: Change): string[] {
  const nodes = read([{ ...empty, labels } satisfies LiveNode]);
  const all = {
    routeKinds: read(["IngressRouteTCP", "MiddlewareTCP"]),
    storageClasses: classes(true),
    priorityClass: undefined,
    ...live,
  };
  return judgeNeeds(all, nodes, settingsOf(settings), first).findings.map(
    ({ level, text, write = "" }) => `${level}: ${text}: ${write}`,
  );
}

test.each<[string, Change]>([
  ["all is there", {}],
  [
    "classes by name",
    {
      live: { storageClasses: classes(false) },
      settings: {
        elasticsearch: { mode: "managed", storageClass: "fast" },
        sizes: { sampler: { storageClass: "fast" } },
      },
    },
  ],
  ["claims are there already", { live: { storageClasses: classes(false) }, first: false }],
  ["nodes of the pool", { settings: { pods: { nodeSelector: { pool: "tracing" } } }, labels: { pool: "tracing" } }],
  ["a priority", { settings: { pods: { priorityClass: "platform" } }, live: { priorityClass: read({ value: 1 }) } }],
])("%s: nothing is found", (_, change) => expect(said(change)).toEqual([]));

test.each<[string, Change, string[]]>([
  [
    "no Traefik",
    { live: { routeKinds: missing } },
    ["stop: the cluster knows no IngressRouteTCP and MiddlewareTCP of traefik.io/v1alpha1"],
  ],
  [
    "an older one",
    { live: { routeKinds: read(["IngressRouteTCP"]) } },
    ["stop: the cluster knows no MiddlewareTCP of traefik.io/v1alpha1"],
  ],
  [
    "a Gateway API without TLS routes",
    {
      live: { routeKinds: read(["HTTPRoute", "Gateway"]) },
      settings: {
        access: {
          ...access,
          ingress: { ...access.ingress, controller: "gateway-api", entryPoint: "a/b/c", rangesEnforcedBy: "firewall" },
        },
      },
    },
    ["stop: the cluster knows no TLSRoute of gateway.networking.k8s.io/v1"],
  ],
  [
    "no default class",
    { live: { storageClasses: classes(false) } },
    [
      "note: the cluster has no default StorageClass (sizes.sampler.storageClass)",
      "note: the cluster has no default StorageClass (elasticsearch.storageClass)",
    ],
  ],
  [
    "no such class",
    { settings: { sizes: { sampler: { storageClass: "slow" } } } },
    [
      "note: there is no StorageClass slow (sizes.sampler.storageClass): without a volume made by hand, pods would wait for theirs for ever; there are fast: sizes.sampler.storageClass: fast",
    ],
  ],
  [
    "no such priority",
    { settings: { pods: { priorityClass: "platform" } }, live: { priorityClass: missing } },
    ["stop: there is no PriorityClass platform"],
  ],
  [
    "no such nodes",
    { settings: { pods: { nodeSelector: { pool: "tracing" } } } },
    ["note: none of the 1 nodes that were read has pool=tracing"],
  ],
  [
    "nothing may be read",
    { live: { routeKinds: forbidden, storageClasses: forbidden, priorityClass: forbidden } },
    [
      "unread: whether the cluster knows traefik.io",
      "unread: which StorageClasses",
      "unread: whether there is a PriorityClass",
    ],
  ],
])("%s", (_, change, texts) =>
  expect(said(change)).toEqual(texts.map((text) => expect.stringContaining(text) as string)),
);

test("the kinds of a route are those that the stacks make", () => {
  const { group, version, kinds } = routeApis.traefik;
  for (const stack of ["dev", "prod", "local"]) {
    const graph = readFileSync(join(import.meta.dirname, `../../graph/${stack}.yaml`), "utf8");
    const made = [...graph.matchAll(/^ +type: kubernetes:traefik\.io\/(\w+):(\w+)$/gm)].map(([, ...words]) =>
      words.join(" "),
    );
    expect([group, [...new Set(made)].sort()]).toEqual(["traefik.io", kinds.map((kind) => `${version} ${kind}`)]);
  }
});
