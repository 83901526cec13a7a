import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { load } from "js-yaml";
import { createContext, type Context } from "../../../config/context.ts";
import { ownKeys, resolveStack, stackFile } from "../../../config/stack-file.ts";
import { lookBefore } from "../../../review/check/check.ts";
import type { Subject } from "../../../review/check/finding.ts";
import type { Case } from "./case.ts";
import { nameOf } from "./names.ts";

/** What differs from the local stack. */
export interface Changes {
  readonly settings?: object;
  readonly sizes?: object;
}

/** The local stack as if its landscape were the one service of a case. */
export function contextOf(one: Case, { settings = {}, sizes }: Changes): Context {
  const { config } = load(readFileSync(stackFile("local"), "utf8")) as { config: Record<string, unknown> };
  const own = ownKeys(config);
  const stack = resolveStack("local", {
    ...own,
    catalogueFile: join(import.meta.dirname, "catalogue.ts"),
    services: { [nameOf(one)]: settings },
    sizes: { ...(own["sizes"] as object), ...sizes },
  });
  const services = stack.landscape.services.filter(({ id }) => id === nameOf(one));
  return createContext({ ...stack, landscape: { ...stack.landscape, services } });
}

/** What `npm run check` would say of that service, of the images, and of what own pods need. */
export async function checked(kubeConfig: KubeConfig, context: Context, signal: AbortSignal): Promise<Subject> {
  const subjects = await lookBefore(kubeConfig, context, signal);
  const wanted = [context.landscape.services[0]!.id, "images", "own pods"];
  const found = subjects.filter(({ name }) => wanted.includes(name));
  return { ...found.at(-1)!, findings: found.flatMap(({ findings }) => findings) };
}
