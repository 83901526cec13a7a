import { existsSync } from "node:fs";
import { message } from "../landscape/kubernetes/client.ts";
import { kubeconfig } from "../paths.ts";
import { askPrometheus } from "./monitoring/live.ts";
import { askPromtool, type Verdict } from "./monitoring/promtool.ts";

let failed = false;

function print({ title, ok, output }: Verdict): void {
  console.log(`${ok ? "ok    " : "FAILED"} ${title}`);
  if (!ok) console.error(output.replaceAll(/^/gm, "         "));
  failed ||= !ok;
}

(await askPromtool("local")).forEach(print);
if (existsSync(kubeconfig)) {
  try {
    (await askPrometheus("local")).forEach(print);
  } catch (error) {
    print({ title: "asking Prometheus; `npm run local` brings it up", ok: false, output: message(error) });
  }
} else console.log("There is no local environment: what runs there is not looked at.");
process.exitCode = failed ? 1 : 0;
