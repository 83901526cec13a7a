/**
 * Who gets to the traces, and who does not: through the company's VPN, its ingress and its sign-in, with a real browser.
 * Needs `npm run local` to have passed: it looks at orders of the last day.
 */
import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { browserPackages, startBrowser } from "./access/browser.ts";
import { insideFindings } from "./access/inside.ts";
import { peopleFindings } from "./access/people.ts";
import { programFindings } from "./access/programs.ts";
import { print } from "./findings.ts";
import { localSite } from "./access/site.ts";
import { ensureDebianPackages } from "../toolchain/index.ts";

const { values: flags } = parseArgs({ options: { pictures: { type: "string" } } });

try {
  await ensureDebianPackages(browserPackages);
  if (flags.pictures !== undefined) await mkdir(flags.pictures, { recursive: true });
  await using site = await localSite();
  await using browser = await startBrowser(site);
  const good = print([
    ...(await peopleFindings(site, browser, flags.pictures)),
    ...(await programFindings(site)),
    ...(await insideFindings("all")),
  ]);
  if (!good) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
