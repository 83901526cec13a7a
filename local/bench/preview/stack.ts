import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { ownKeys, withPrefix } from "../../../config/own-keys.ts";
import { stackFile } from "../../../config/stack-file.ts";

/** Files that a stack names. */
export interface StackFiles {
  /** Default: the one that the stack names itself. */
  readonly catalogue?: string;
  /** A CA's certificate: nobody is asked by it. */
  readonly ca: string;
  /** Public keys of the cluster's tokens. */
  readonly serviceAccountKeys: string;
}

/** Content of a stack file. */
export interface StackConfig {
  readonly config: Readonly<Record<string, unknown>>;
}

/** The file of a stack as it is written. */
export const readStackFile = (stack: string): string => readFileSync(stackFile(stack), "utf8");

/**
 * The settings of a stack without anything of a company or of this machine: no cluster, no command, and one CA in the place of
 * all that a stack trusts.
 *
 * @param text content of the stack's file.
 */
export function stackConfig(text: string, files: StackFiles): StackConfig {
  const { config } = load(text) as StackConfig;
  const elsewhere = ["cluster", "engine"];
  const settings = Object.entries(ownKeys(config)).filter(([key]) => !elsewhere.includes(key));
  const own = {
    ...(withCa(Object.fromEntries(settings), files.ca) as Record<string, unknown>),
    ...(files.catalogue !== undefined && { catalogueFile: files.catalogue }),
    cluster: { serviceAccountKeysFile: files.serviceAccountKeys },
  };
  return {
    config: {
      "pulumi:disable-default-providers": ["*"],
      ...Object.fromEntries(Object.entries(own).map(([key, value]) => [withPrefix(key), value])),
    },
  };
}

/** Certificates that the program reads. Those that are to be in a pod stand in other folders. */
function withCa(settings: object, ca: string): unknown {
  return JSON.parse(
    JSON.stringify(settings).replaceAll(/"(?:trust|\/var\/lib\/order-tracing)\/[^"]+[.]crt"/g, JSON.stringify(ca)),
  );
}

/**
 * What the policy pack is told of a stack, under another name of it: resources outside of the cluster carry the stack's name.
 *
 * @param text content of the pack's configuration for the stack.
 */
export function renamedPolicies(text: string, stack: string, renamed: string): string {
  return text.replaceAll(`"${stack}-`, `"${renamed}-`);
}
