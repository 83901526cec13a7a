import { existsSync } from "node:fs";
import { kubeconfig } from "../paths.ts";
import { askPrometheus } from "./monitoring/live.ts";
import { askPromtool } from "./monitoring/promtool.ts";

const verdicts = await askPromtool("local");
if (existsSync(kubeconfig)) verdicts.push(...(await askPrometheus("local")));
else console.log("There is no local environment: what runs there is not looked at.");

for (const { title, ok, output } of verdicts) {
  console.log(`${ok ? "ok    " : "FAILED"} ${title}`);
  if (!ok) console.error(output.replaceAll(/^/gm, "         "));
}
process.exitCode = verdicts.every(({ ok }) => ok) ? 0 : 1;
