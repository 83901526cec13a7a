import { askPromtool } from "./monitoring/promtool.ts";

let failed = false;
for (const { title, ok, output } of await askPromtool("local")) {
  console.log(`${ok ? "ok    " : "FAILED"} ${title}`);
  if (!ok) console.error(output.replaceAll(/^/gm, "         "));
  failed ||= !ok;
}
process.exitCode = failed ? 1 : 0;
