import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { ownKeys, withPrefix } from "../../../config/own-keys.ts";
import { repositoryDir } from "../../paths.ts";

/** Files that a stack names. */
export interface StackFiles {
  readonly catalogue: string;
  /** A CA's certificate: nobody is asked by it. */
  readonly ca: string;
  /** Public keys of the cluster's tokens. */
  readonly serviceAccountKeys: string;
}

type Settings = Readonly<Record<string, unknown>>;

/**
 * The settings of the local stack, with another landscape, and without anything of this machine: no file of the local
 * environment, and no address of its services.
 *
 * @param local content of `Pulumi.local.yaml`.
 * @returns content of a stack file.
 */
export function stackConfig(local: string, files: StackFiles): { config: Settings } {
  const { config } = load(local) as { config: Settings };
  const ofThisMachine = ["catalogueFile", "cluster", "engine"];
  const settings = Object.entries(ownKeys(config)).filter(([key]) => !ofThisMachine.includes(key));
  const rest = JSON.parse(
    JSON.stringify(Object.fromEntries(settings)).replaceAll(/\/var\/lib\/order-tracing\/[^"]+/g, files.ca),
  ) as Settings;
  const own = {
    ...rest,
    catalogueFile: files.catalogue,
    cluster: { serviceAccountKeysFile: files.serviceAccountKeys },
  };
  return {
    config: {
      "pulumi:disable-default-providers": ["*"],
      ...Object.fromEntries(Object.entries(own).map(([key, value]) => [withPrefix(key), value])),
    },
  };
}

export const localStackFile = (): string => readFileSync(join(repositoryDir, "Pulumi.local.yaml"), "utf8");
