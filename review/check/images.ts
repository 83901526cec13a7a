import { imageParts, listedName } from "../../lib/image-name.ts";
import type { ImageRegistries, Shown } from "../../lib/image-registry.ts";
import type { Answer } from "./answer.ts";
import { listed, mayNotRead, note, stop, unread, type Finding, type Subject } from "./finding.ts";
import type { ImageUse } from "./image-uses.ts";
import type { LiveNode } from "./read-nodes.ts";

type Nodes = Answer<readonly LiveNode[]>;

/** What a use means for the nodes that were read. */
interface Wanted extends ImageUse {
  /** Processors for which the image has to be. Empty: not known. */
  processors: readonly string[];
}

/** Looks for images that pods are going to need: on the nodes, and where they are not, at their registries. */
export async function lookAtImages(
  uses: readonly ImageUse[],
  nodes: Nodes,
  registries: Pick<ImageRegistries, "ask">,
): Promise<Subject> {
  const all = nodes.state === "read" ? nodes.value : [];
  const wanted = grouped(uses.map((use) => ({ ...use, processors: processorsFor(use, all) }))).filter(
    (use) => !isThere(use, all),
  );
  const findings = await Promise.all(
    wanted.map(async (use) => judgeImage(use, nodes, await registries.ask(use.image))),
  );
  return {
    name: "images",
    looked: wanted.length === 0 ? "nodes" : "nodes, registries",
    findings: findings.flat(),
  };
}

/** The same image for the same kind of pods, once. */
function grouped(uses: readonly Wanted[]): Wanted[] {
  const groups = new Map<string, Wanted & { all: string[] }>();
  for (const use of uses) {
    const { image, pullSecrets, processors } = use;
    const key = JSON.stringify([image, pullSecrets, processors]);
    const group = groups.get(key) ?? { ...use, all: [] };
    if (!group.all.includes(use.who)) group.all.push(use.who);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ all, ...use }) => ({ ...use, who: listed(all) }));
}

function processorsFor({ nodeNames, nodeSelector }: ImageUse, nodes: readonly LiveNode[]): string[] {
  const chosen = nodes.filter(({ name, labels }) =>
    nodeNames.length > 0
      ? nodeNames.includes(name)
      : Object.entries(nodeSelector).every(([key, value]) => labels[key] === value),
  );
  return [...new Set(chosen.map(({ architecture }) => architecture))].sort();
}

/** A node has it: it exists, and the cluster has a way to it, for nodes of that kind. */
function isThere({ image, processors }: Wanted, nodes: readonly LiveNode[]): boolean {
  const holders = nodes.filter(({ images }) => images.has(listedName(image)));
  return (
    holders.length > 0 &&
    processors.every((processor) => holders.some(({ architecture }) => architecture === processor))
  );
}

/** What a registry's answer means for pods of which no node has the image. */
function judgeImage(use: Wanted, nodes: Nodes, shown: Shown): Finding[] {
  const { who, image, insteadOf, write, pullSecrets, writeSecret } = use;
  const { registry } = imageParts(image);
  const what = insteadOf === undefined ? image : `${image} (which a webhook puts in place of ${insteadOf})`;
  switch (shown.state) {
    case "missing":
      return [
        stop(
          `${registry} has no ${what}, which ${who} would pull`,
          `${write} with one that is there, or push it there`,
        ),
      ];
    case "login":
      return pullSecrets.length > 0
        ? [
            unread(
              `whether ${who} can pull ${what}: ${registry} wants a login, by ${listed(pullSecrets)} of the namespace, and Secrets are not read`,
            ),
          ]
        : [
            note(
              `${registry} shows ${what} to nobody without a login: it is private, or not there, and the pods of ${who} have no pull secret. Only the nodes' own credentials could pull it`,
              `${writeSecret}, or ${write}`,
            ),
          ];
    case "unknown": {
      const text = (onNodes: string) => `whether ${who} can pull ${what}: ${onNodes}, and ${shown.reason}`;
      return [
        nodes.state === "read"
          ? unread(text("no node that was read has it"))
          : mayNotRead(text("nodes may not be listed")),
      ];
    }
    case "there":
      return judgePlatforms(use, what, shown);
  }
}

function judgePlatforms(
  { who, write, processors }: Wanted,
  what: string,
  { platforms }: Extract<Shown, { state: "there" }>,
): Finding[] {
  const has = platforms.filter(({ os }) => os === "linux").map(({ architecture }) => architecture);
  const lacks = processors.filter((processor) => !has.includes(processor));
  // Of some images a registry tells nothing.
  if (platforms.length === 0 || lacks.length === 0) return [];
  return [
    (lacks.length === processors.length ? stop : note)(
      `${what} is for ${listed(has)}, and the nodes for ${who} are ${listed(processors)}: it cannot start on ${listed(lacks)}`,
      `${write} with one for ${listed(lacks)}`,
    ),
  ];
}
