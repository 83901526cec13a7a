/**
 * Who gets to the traces, and who does not: through the company's VPN, its ingress and its sign-in, with a real browser.
 * Needs `npm run local` to have passed: it sends an order through all back ends, and looks for it.
 */
import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { progressWhenSlow } from "../../lib/command-line.ts";
import { browserPackages, startBrowser } from "./access/browser.ts";
import { insideFindings } from "./access/inside.ts";
import { peopleFindings } from "./access/people.ts";
import { programFindings } from "./access/programs.ts";
import { replacedFindings } from "./access/replaced.ts";
import { print } from "./findings.ts";
import { driveOrders } from "../landscape/driver/index.ts";
import { localSite } from "./access/site.ts";
import { ensureDebianPackages } from "../toolchain/index.ts";

const { values: flags } = parseArgs({ options: { pictures: { type: "string" }, pages: { type: "string" } } });
const pictures = flags.pictures === undefined ? undefined : { folder: flags.pictures, pages: flags.pages };
const progress = progressWhenSlow();

try {
  await ensureDebianPackages(browserPackages);
  if (pictures) await mkdir(pictures.folder, { recursive: true });
  progress("an order goes through all back ends");
  const [placed] = await driveOrders({ count: 1, onProgress: () => undefined });
  progress("a browser signs in");
  await using site = await localSite();
  await using browser = await startBrowser(site);
  const { findings: people, trace } = await peopleFindings(site, browser, placed!.orderId!, pictures);
  progress("programs ask, with good and bad tokens, from good and bad places");
  const programs = await programFindings(site);
  progress("pods ask past the ingress");
  const inside = await insideFindings("all");
  progress("pods that were read from go away");
  const good = print([...people, ...programs, ...inside, ...(await replacedFindings(site, trace))]);
  if (!good) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
