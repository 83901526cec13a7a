import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { viewUrl } from "./browser.ts";

/**
 * Puts the pages of Jaeger where the local Jaeger, which is built without them, has a placeholder. All that they ask for still
 * comes from the view, by its sign-in: for pictures alone.
 *
 * @param folder a build of https://github.com/jaegertracing/jaeger-ui, `packages/jaeger-ui/build` there
 * @throws if there is none
 */
export async function showPages(page: Page, view: string, folder: string): Promise<void> {
  const index = join(folder, "index.html");
  if (!existsSync(index)) throw new Error(`${index} is not there: --pages wants the build of Jaeger's pages.`);
  await page.route(`${viewUrl(view)}**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (/^\/(?:api|oauth2)\//.test(pathname)) return route.continue();
    const file = join(folder, pathname);
    return route.fulfill({ path: existsSync(file) && statSync(file).isFile() ? file : index });
  });
}

/** Draws a trace as Jaeger shows it. */
export async function drawTrace(page: Page, view: string, trace: string, path: string): Promise<void> {
  await page.setViewportSize({ width: 1400, height: 750 });
  await page.goto(viewUrl(view, `/trace/${trace}`));
  await page.locator(".span-row").first().waitFor();
  await page.screenshot({ path });
}
