/**
 * `npm run docs` writes the pages and the schema that are made of the catalogue, of the settings' schema and of the stack
 * files.
 * With `--check` it writes nothing, and fails if a file is not what it would write.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { catalogue } from "../../config/catalogue.ts";
import { settingsSchema } from "../../config/settings.ts";
import { projectDir, readStack } from "../../config/stack-file.ts";
import { judgements } from "../../policies/judgements.ts";
import { accessPage } from "./access-page.ts";
import { landscapePage } from "./landscape-page.ts";
import { policiesPage } from "./policies-page.ts";
import { settingsPage } from "./settings-page.ts";
import { sizingPage } from "./sizing-page.ts";
import { stackSchema } from "./stack-schema.ts";

const schema = settingsSchema(catalogue);
const stacks = (await readdir(projectDir))
  .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
  .sort()
  .map((name) => readStack(name));
const files: Record<string, string> = {
  "docs/settings.md": settingsPage(schema),
  "docs/access.md": accessPage(stacks),
  "docs/landscape.md": landscapePage(catalogue),
  "docs/policies.md": policiesPage(judgements),
  "docs/sizing.md": sizingPage(),
  "config/pulumi-stack.schema.json": JSON.stringify(stackSchema(schema)),
};

const stale: string[] = [];
for (const [name, text] of Object.entries(files)) {
  const path = join(projectDir, name);
  const wanted = await format(text, { ...(await resolveConfig(path)), filepath: path });
  const found = await readFile(path, "utf8").catch(() => undefined);
  if (found === wanted) continue;
  stale.push(name);
  if (!process.argv.includes("--check")) await writeFile(path, wanted);
}
if (process.argv.includes("--check") && stale.length > 0) {
  console.error(`${stale.join(", ")}: not what the catalogue and the settings say.\n  run:     npm run docs`);
  process.exitCode = 1;
} else {
  console.log(stale.length > 0 ? `written: ${stale.join(", ")}` : "all pages are as they should be");
}
