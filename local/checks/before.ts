/**
 * Whether what an `up` would fail by is said before anything changes: a real Vault, from one without keys to one in which the
 * bootstrap command was run. Needs no cluster.
 */
import { readStack } from "../../config/stack-file.ts";
import { tryCase } from "./before/case.ts";
import { vaultCases } from "./before/vault-cases.ts";
import { runToEnd } from "./collector/cases.ts";
import { withoutFiles } from "./context.ts";
import { print, type Finding } from "./findings.ts";

await runToEnd(async () => {
  const local = withoutFiles(readStack("local"));
  const found: Finding[] = [];
  for (const one of await vaultCases(local)) {
    console.error(`  ${one.title}`);
    found.push(await tryCase(one));
  }
  return print(found);
});
