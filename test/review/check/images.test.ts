import "../../support/without-sdks.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { readStack } from "../../../config/stack-file.ts";
import type { Shown } from "../../../lib/image-registry.ts";
import { lookAtImages } from "../../../review/check/images.ts";
import { addedImages, ownImages, type ImageUse } from "../../../review/check/image-uses.ts";
import type { LiveNode } from "../../../review/check/read-nodes.ts";
import { contextOf } from "../../support/context.ts";

/** Images that pods are going to need: on a node, at a registry, or nobody knows. */

const image = "registry.example/team/agent:1.0";
const node = (name: string, architecture: string, ...images: string[]): LiveNode => ({
  ...{ taints: [], schedulable: true, whole: {} },
  name,
  architecture,
  labels: { "kubernetes.io/arch": architecture },
  images: new Set(images),
});
const use = (changes: Partial<ImageUse> = {}): ImageUse => ({
  who: "shop-api",
  image,
  write: "images: {overrides: {collector: …}}",
  pullSecrets: [],
  writeSecret: "services: {shop-api: {pullSecrets: […]}}",
  nodeSelector: {},
  nodeNames: [],
  ...changes,
});
const there = (...architectures: string[]): Shown => ({
  state: "there",
  platforms: architectures.map((architecture) => ({ os: "linux", architecture })),
});
const forbidden = { state: "unread", reason: "cannot list nodes" } as const;

interface Look {
  uses?: ImageUse[];
  nodes?: LiveNode[] | typeof forbidden;
  shown?: Shown;
}

async function look({ uses = [use()], nodes = [node("a", "amd64")], shown = { state: "missing" } }: Look) {
  const asked: string[] = [];
  const registries = {
    ask: (name: string) => {
      asked.push(name);
      return Promise.resolve(shown);
    },
  };
  const answer = Array.isArray(nodes) ? ({ state: "read", value: nodes } as const) : nodes;
  const { findings } = await lookAtImages(uses, answer, registries);
  return { asked, said: findings.map(({ level, text, write = "" }) => `${level}: ${text}: ${write}`) };
}

test("what a node of the right kind has is not asked for, and not spoken of", async () => {
  expect(await look({ nodes: [node("a", "amd64", image)] })).toEqual({ asked: [], said: [] });
  expect(
    await look({ nodes: [node("a", "amd64", image), node("b", "arm64")], uses: [use({ nodeNames: ["a"] })] }),
  ).toEqual({
    asked: [],
    said: [],
  });
});

test.each<[string, Look, string[]]>([
  ["there", { shown: there("amd64", "arm64") }, []],
  ["there, and nobody says for what", { shown: there() }, []],
  ["there, and no node may be read", { shown: there("s390x"), nodes: forbidden }, []],
  [
    "not there",
    {},
    [`stop: registry.example has no ${image}, which shop-api would pull: images: {overrides: {collector: …}} with one`],
  ],
  [
    "not there, by a webhook",
    { uses: [use({ insteadOf: "otel/agent:1.0" })] },
    [`stop: registry.example has no ${image} (which a webhook puts in place of otel/agent:1.0)`],
  ],
  [
    "behind a login, with Secrets",
    { shown: { state: "login" }, uses: [use({ pullSecrets: ["mirror"] })] },
    [`unread: whether shop-api can pull ${image}: registry.example wants a login, by mirror of the namespace`],
  ],
  [
    "behind a login, without",
    { shown: { state: "login" } },
    [`note: registry.example shows ${image} to nobody without a login`],
  ],
  [
    "nobody answers",
    { shown: { state: "unknown", reason: "registry.example answers HTTP 503" } },
    [`unread: whether shop-api can pull ${image}: no node that was read has it, and registry.example answers HTTP 503`],
  ],
  [
    "nobody answers, and nodes may not be read",
    { shown: { state: "unknown", reason: "registry.example answers HTTP 503" }, nodes: forbidden },
    [`unread: whether shop-api can pull ${image}: nodes may not be listed, and`],
  ],
  [
    "for other processors",
    { shown: there("arm64") },
    [`stop: ${image} is for arm64, and the nodes for shop-api are amd64: it cannot start on amd64`],
  ],
  [
    "for some of the processors",
    { shown: there("amd64"), nodes: [node("a", "amd64", image), node("b", "arm64")] },
    [`note: ${image} is for amd64, and the nodes for shop-api are amd64 and arm64: it cannot start on arm64`],
  ],
  [
    "for those that the pods choose",
    {
      shown: there("amd64"),
      nodes: [node("a", "amd64"), node("b", "arm64")],
      uses: [use({ nodeSelector: { "kubernetes.io/arch": "amd64" } })],
    },
    [],
  ],
])("%s", async (_, looked, said) => {
  const result = await look(looked);
  expect(result.said).toEqual(said.map((text) => expect.stringContaining(text) as string));
  expect(result.asked).toEqual([image]);
});

test("one image of many services is one finding", async () => {
  const uses = ["namespace tracing", "shop-api", "crm-api"].map((who) =>
    use({ who, nodeNames: who === "shop-api" ? ["a"] : [] }),
  );
  const { asked, said } = await look({ uses });
  expect(asked).toEqual([image]);
  expect(said).toEqual([expect.stringContaining("which namespace tracing, shop-api and crm-api would pull")]);
});

describe("images of a service", () => {
  const context = (settings: object = {}) => contextOf({ services: { "shop-api": settings } });
  const added = (settings: object = {}, pod: Parameters<typeof addedImages>[2] = {}) => {
    const { landscape, settings: all } = context(settings);
    return addedImages(
      all,
      landscape.services.find(({ id }) => id === "shop-api")!,
      pod,
      ["a"],
    );
  };

  test("are those of the patch, with the line that names another one", () => {
    expect(added().map(({ image, write }) => `${image} ${write}`)).toEqual([
      expect.stringMatching(/autoinstrumentation-java:\S+ images: {overrides: {autoinstrumentationJava: …}}/),
      expect.stringMatching(/collector-contrib:\S+ images: {overrides: {collector: …}}/),
    ]);
    expect(added({ instrumentationImage: image })[0]).toMatchObject({
      image,
      write: "services: {shop-api: {instrumentationImage: …}}",
    });
  });

  test("are those of the pod as the cluster admits it, with its service account's Secrets", () => {
    const pod = {
      initContainers: [{ name: "otel-agent", image }],
      imagePullSecrets: [{ name: "of-the-account" }],
      nodeSelector: { pool: "shop" },
    };
    expect(added({}, pod)[1]).toMatchObject({
      image,
      insteadOf: expect.stringContaining("collector-contrib") as string,
      pullSecrets: ["of-the-account"],
      nodeSelector: { pool: "shop" },
      nodeNames: ["a"],
    });
  });
});

test.each(["dev", "prod", "local"])("the images of the stack's own namespace are all that %s has in it", (stack) => {
  const graph = load(readFileSync(join(import.meta.dirname, `../../graph/${stack}.yaml`), "utf8"));
  const found = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "image" && typeof inner === "string") found.add(inner);
      else collect(inner);
    }
  };
  for (const resource of Object.values(graph as Record<string, { inputs?: { metadata?: { namespace?: string } } }>))
    if (resource.inputs?.metadata?.namespace === "tracing") collect(resource.inputs);
  const { settings } = readStack(stack);
  expect(
    ownImages(settings, "tracing")
      .map((one) => one.image)
      .sort(),
  ).toEqual([...found].sort());
});
