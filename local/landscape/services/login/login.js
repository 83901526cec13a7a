import { text } from "node:stream/consumers";
import * as log from "./log.js";
import { matches } from "./secrets.js";

const longestForm = 4096;

/**
 * The sign-in page, on /login/….
 *
 * @returns whether the request was for it
 */
export async function signIn(provider, accounts, request, response) {
  if (!request.url.startsWith("/login/")) return false;
  const { prompt } = await provider.interactionDetails(request, response);
  if (prompt.name !== "login") throw new Error(`unexpected prompt ${prompt.name}: ${prompt.reasons.join(", ")}`);
  if (request.method === "GET") return page(response, 200);
  if (request.method !== "POST") return page(response, 405);
  if (Number(request.headers["content-length"] ?? Infinity) > longestForm) return page(response, 413);
  const form = new URLSearchParams(await text(request));
  const user = form.get("user") ?? "";
  const account = accounts.find(({ email, robot }) => email === user && !robot);
  if (!account || !matches(form.get("password") ?? "", account.secretSha256)) {
    log.info("sign-in refused", { user: user.slice(0, 80) });
    return page(response, 401, "User or password is wrong.");
  }
  log.info("signed in", { user });
  await provider.interactionFinished(request, response, { login: { accountId: account.name } });
  return true;
}

function page(response, status, message = "") {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
  });
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sign in</title>
<h1>Alexandrite</h1>
<p role="alert">${message}</p>
<form method="post">
  <label>User <input name="user" type="email" autocomplete="username" required autofocus></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <button>Sign in</button>
</form>
`);
  return true;
}
