import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { chromium, type Browser, type Page } from "playwright-core";
import { accounts } from "../../landscape/identity/accounts.ts";
import * as identity from "../../landscape/identity/settings.ts";
import * as ingress from "../../landscape/ingress/settings.ts";
import type { Site } from "./site.ts";

/** Debian's packages: the browser, and what puts a CA where it looks for those of the user. */
export const browserPackages = ["chromium", "libnss3-tools"] as const;

const patience = 30_000;

/** A browser of its own, which trusts the company's CA besides the well-known ones and finds its hosts. */
export interface CompanyBrowser extends AsyncDisposable {
  /** A page without any cookie. */
  newPage(): Promise<Page>;
}

/** Starts it. */
export async function startBrowser({ ca, resolverRules }: Pick<Site, "ca" | "resolverRules">): Promise<CompanyBrowser> {
  const home = await mkdtemp(join(tmpdir(), "order-tracing-browser-"));
  const remove = () => rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  let browser: Browser;
  try {
    await trust(home, ca);
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: [`--host-resolver-rules=${resolverRules.join(", ")}`, "--disable-component-update"],
      env: { ...(process.env as Record<string, string>), HOME: home },
      // Its own sandbox needs a user that is not root; what it opens here is our own.
      chromiumSandbox: process.getuid?.() !== 0,
    });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    newPage: async () => (await browser.newContext()).newPage(),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await remove();
    },
  };
}

/** In the user's own certificate database: Chromium has no option for a CA, and must not be told to trust everything. */
async function trust(home: string, ca: string): Promise<void> {
  const database = join(home, ".pki/nssdb");
  const file = join(home, "company-ca.crt");
  await mkdir(database, { recursive: true });
  await writeFile(file, ca);
  const at = ["-d", `sql:${database}`];
  await execa("certutil", ["-N", ...at, "--empty-password"]);
  await execa("certutil", ["-A", ...at, "-n", "company", "-t", "C,,", "-i", file]);
}

export function viewUrl(view: string, path = "/"): string {
  return `https://${ingress.viewHost(view)}:${ingress.port}${path}`;
}

/**
 * Opens a view as somebody who is not signed in, and signs in on the provider's page.
 *
 * @returns the HTTP status of what came after it
 */
export async function signIn(
  page: Page,
  view: string,
  account: string,
  passwords: Site["passwords"],
  seeForm?: () => Promise<void>,
): Promise<number> {
  const { email } = accounts.find(({ name }) => name === account)!;
  await despiteNetworkChanges(() => page.goto(viewUrl(view), { timeout: patience }));
  if (!page.url().startsWith(`${identity.issuer}/`)) throw new Error(`${viewUrl(view)} led to ${page.url()}`);
  await page.getByLabel("User").fill(email);
  await page.getByLabel("Password").fill(passwords[account]!);
  await seeForm?.();
  const host = ingress.viewHost(view);
  // The last answer of the view itself: redirects come before it.
  const arrived = page.waitForResponse(
    (response) =>
      new URL(response.url()).hostname === host &&
      response.request().isNavigationRequest() &&
      (response.status() < 300 || response.status() >= 400),
    { timeout: patience },
  );
  const [response] = await Promise.all([arrived, page.getByRole("button", { name: "Sign in" }).click()]);
  return response.status();
}

/** Asks the page's own host, as its scripts do: with its cookies and from its origin. */
export async function fetchInPage(page: Page, path: string): Promise<{ status: number; text: string }> {
  return despiteNetworkChanges(() =>
    page.evaluate(async (target) => {
      const answer = await fetch(target);
      return { status: answer.status, text: await answer.text() };
    }, path),
  );
}

/** Chromium drops its connections when a network interface of the machine comes or goes, as with each pod: asked once more. */
async function despiteNetworkChanges<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!/ERR_NETWORK_CHANGED|Failed to fetch/.test((error as Error).message)) throw error;
    return ask();
  }
}

/** The cookies that the view has set, as a request would carry them. */
export async function cookiesOf(page: Page, view: string): Promise<{ name: string; value: string }[]> {
  const cookies = await page.context().cookies(viewUrl(view));
  return cookies.map(({ name, value }) => ({ name, value }));
}
