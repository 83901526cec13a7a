import { parseArgs } from "node:util";
import { checkToolchainPrerequisites, ensureParts, Interrupted, partIds, type PartId } from "./index.ts";

/** `node local/toolchain/main.ts [part...]`: makes the parts, all of them by default. */
async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const unknown = positionals.filter((name) => !(partIds as string[]).includes(name));
  if (unknown.length > 0) throw new Error(`No such part: ${unknown.join(", ")}. There are ${partIds.join(", ")}.`);
  const ids = positionals.length > 0 ? (positionals as PartId[]) : partIds;

  const problems = await checkToolchainPrerequisites(ids);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  await ensureParts(ids);
  console.log(`In the cache: ${ids.join(", ")}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
});
