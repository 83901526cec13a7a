import { join } from "node:path";
import type { Page } from "playwright-core";
import { agedCookie } from "./aged-cookie.ts";
import { cookiesOf, fetchInPage, signIn, viewUrl, type CompanyBrowser } from "./browser.ts";
import { longestTrace, search, servicesOf, spansOfOrder, spansOfWholeOrder } from "./orders.ts";
import { attempt, type Finding } from "../findings.ts";
import { drawTrace, showPages } from "./pages.ts";
import { recordFindings } from "./records.ts";
import { askView, dataPath } from "./requests.ts";
import type { Site } from "./site.ts";

const proxy = "oauth2-proxy";
const hour = 60 * 60 * 1000;

/** Where pictures of what people see go, and the pages of Jaeger, see {@link showPages}. */
export interface Pictures {
  readonly folder: string;
  readonly pages?: string | undefined;
}

/**
 * What people see in a browser, and what they do not.
 *
 * @param order one that has just gone through all services
 * @returns besides, a trace of it that Support has read
 */
export async function peopleFindings(
  site: Site,
  browser: CompanyBrowser,
  order: string,
  pictures?: Pictures,
): Promise<{ findings: Finding[]; trace: string }> {
  const picture = async (page: Page, name: string) => {
    if (pictures) await page.screenshot({ path: join(pictures.folder, `${name}.png`) });
  };
  const findings: Finding[] = [];
  const support = await browser.newPage();
  const developer = await browser.newPage();
  let shopTraces: string[] = [];
  let longest = "";

  findings.push(
    await attempt("Support opens all and signs in", "-", "200", async () => {
      const found = String(await signIn(support, "all", "support", site.passwords, () => picture(support, "sign-in")));
      return { found, good: found === "200" };
    }),
    await attempt("Support finds an order by order.id", "-", "spans of all three services", async () => {
      const spans = await spansOfWholeOrder(support, order);
      shopTraces = [...new Set(spans.filter(({ service }) => service === "shop-api").map(({ traceId }) => traceId))];
      const services = servicesOf(spans);
      longest = longestTrace(spans);
      return { found: `${order}: ${services.join(", ")}`, good: services.length === 3 };
    }),
    await attempt("Support reads its longest trace", "-", "its spans", async () => {
      const { status, text } = await fetchInPage(support, `/api/traces/${longest}`);
      const good = status === 200 && text.includes(order);
      return { found: good ? "its spans" : String(status), good };
    }),
    await attempt("A Shop developer opens shop and signs in", "-", "200", async () => {
      const found = String(await signIn(developer, "shop", "shop.developer", site.passwords));
      return { found, good: found === "200" };
    }),
    await attempt("He finds the Shop's spans of the same traces", "-", "the same traces", async () => {
      const traces = new Set((await spansOfOrder(developer, order)).map(({ traceId }) => traceId));
      const seen = shopTraces.filter((trace) => traces.has(trace)).length;
      return { found: `${seen} of ${shopTraces.length} traces`, good: seen > 0 && seen === shopTraces.length };
    }),
    await attempt("He sees nothing of MES and CRM in them", "Elasticsearch's role", "shop-api alone", async () => {
      const services = servicesOf(await spansOfOrder(developer, order));
      return { found: services.join(", "), good: services.join() === "shop-api" };
    }),
    await attempt("He searches for MES itself", "Elasticsearch's role", "no span", async () => {
      const spans = await search(developer, "mes-api");
      return { found: `${spans.length} spans`, good: spans.length === 0 };
    }),
  );

  for (const [who, account, view] of [
    ["A Shop developer opens all", "shop.developer", "all"],
    ["Support opens shop, which is not for Support", "support", "shop"],
    ["Another mail domain, with the group of Support", "stranger", "all"],
    ["An employee without a group", "nogroup", "all"],
  ] as const) {
    findings.push(
      await attempt(who, proxy, "403 after signing in", async () => {
        const page = await browser.newPage();
        const status = await signIn(page, view, account, site.passwords);
        if (account === "nogroup") await picture(page, "refused");
        const { status: data } = await fetchInPage(page, dataPath);
        return { found: `${status}, then ${data} for data`, good: status === 403 && (data === 401 || data === 403) };
      }),
    );
  }
  findings.push(
    ...(await cookieFindings(site, support)),
    ...(await recordFindings({ trace: longest, person: "support", view: "all" })),
  );
  if (pictures?.pages) {
    await showPages(support, "all", pictures.pages);
    await drawTrace(support, "all", longest, join(pictures.folder, "trace.png"));
  }
  return { findings, trace: longest };
}

/** What a session is worth at another host, and when it is too old. */
async function cookieFindings(site: Site, support: Page): Promise<Finding[]> {
  const header = (cookies: readonly { name: string; value: string }[]) => ({
    cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
  });
  const aged = async (age: number) =>
    header([agedCookie(await cookiesOf(support, "all"), await site.cookieSecret("all"), new Date(Date.now() - age))]);
  const of = (
    what: string,
    layer: string,
    expected: string,
    view: string,
    headers: () => Promise<Record<string, string>>,
  ) =>
    attempt(what, layer, expected, async () => {
      const { found } = await askView(site, view, { headers: await headers() });
      return { found, good: found === expected };
    });
  return [
    await attempt("The session's cookies", "-", "__Host-, Secure, HttpOnly", async () => {
      const cookies = await support.context().cookies(viewUrl("all"));
      const weak = cookies.filter(({ name, secure, httpOnly }) => !(name.startsWith("__Host-") && secure && httpOnly));
      const found = cookies.map(({ name }) => name).join(", ");
      return { found: found || "no cookie", good: cookies.length > 0 && weak.length === 0 };
    }),
    await of("Support's session at its own host", "-", "served", "all", async () =>
      header(await cookiesOf(support, "all")),
    ),
    await of("The same cookie at another host", proxy, "401", "mes", async () =>
      header(await cookiesOf(support, "all")),
    ),
    await of("The session signed again, a minute old", "-", "served", "all", () => aged(60_000)),
    await of("The session signed again, 25 hours old", proxy, "401", "all", () => aged(25 * hour)),
  ];
}
