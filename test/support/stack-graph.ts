import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { deploy } from "../../components/platform.ts";
import { createContext, type Context } from "../../config/context.ts";
import { ownKeys, resolveStack } from "../../config/stack-file.ts";
import { runProgram, type Registered } from "../mocks.ts";

const root = join(import.meta.dirname, "../..");
const fixtures = join(root, "test/fixtures");

/** The stack file's settings, with what every test has to replace: the files of a real company. */
export function stackSettings(stack: string): Record<string, unknown> {
  const { config } = load(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  const settings = ownKeys(config) as Record<string, Record<string, unknown>>;
  const caFile = join(fixtures, "company-ca.crt");
  return {
    ...settings,
    access: { ...settings["access"], oidc: { ...(settings["access"]?.["oidc"] as object), caFile } },
    vault: { ...settings["vault"], caFile, pkiRootFile: caFile },
    elasticsearch: {
      ...settings["elasticsearch"],
      ...(settings["elasticsearch"]?.["mode"] === "external" && { caFile }),
    },
    ...(settings["monitoring"] && { monitoring: withClientCa(settings["monitoring"], caFile) }),
    cluster: withKeys(settings["cluster"]!, caFile),
  };
}

function withKeys(cluster: Record<string, unknown>, caFile: string): Record<string, unknown> {
  const oidc = cluster["oidc"] as object | undefined;
  return oidc
    ? { ...cluster, oidc: { ...oidc, caFile } }
    : { ...cluster, serviceAccountKeysFile: join(fixtures, "service-account-key.pub") };
}

function withClientCa(monitoring: Record<string, unknown>, caFile: string): Record<string, unknown> {
  const prometheus = monitoring["prometheus"] as { client?: object };
  return { ...monitoring, prometheus: { ...prometheus, client: { ...prometheus.client, caFile } } };
}

/**
 * What the program knows of a stack file, on the day of the graphs: the stack's CA is signed anew from time to time.
 *
 * @param settings take the place of the file's, by key.
 */
export function stackContext(stack: string, settings = {}): Context {
  return createContext(resolveStack(stack, { ...stackSettings(stack), ...settings }), { now: new Date("2026-11-25") });
}

/**
 * Runs the program for a stack file.
 *
 * @param options.settings take the place of the file's, by key.
 */
export function makeGraph(stack: string, { preview = false, settings = {} } = {}): Promise<Registered[]> {
  return runProgram(stack, preview, () => deploy(stackContext(stack, settings)));
}
