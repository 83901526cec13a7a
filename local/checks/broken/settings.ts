import { readFile, writeFile } from "node:fs/promises";
import { dump, load } from "js-yaml";
import { stackFile } from "../../../config/stack-file.ts";

/**
 * Does something with other settings of single services in the local stack's file, which is the one place where the program
 * takes them from. The file is as it was afterwards.
 */
export async function withServices<T>(services: object, work: () => Promise<T>): Promise<T> {
  const file = stackFile("local");
  const before = await readFile(file, "utf8");
  const { config, ...rest } = load(before) as { config: object };
  try {
    await writeFile(file, dump({ ...rest, config: { ...config, "order-tracing:services": services } }));
    return await work();
  } finally {
    await writeFile(file, before);
  }
}
