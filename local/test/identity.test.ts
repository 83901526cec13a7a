import { createHash, createPublicKey, randomBytes, verify, type JsonWebKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { accounts } from "../landscape/identity/accounts.ts";
import { ensureCredentials, readCredentials } from "../landscape/identity/credentials.ts";
import { identityObjects } from "../landscape/identity/manifests.ts";
import { clientId, issuer, origins } from "../landscape/identity/settings.ts";
import { fetchToken } from "../landscape/identity/client.ts";
import { pkiDir } from "../paths.ts";
import loginPackage from "../landscape/services/login/package.json" with { type: "json" };
import localPackage from "../package.json" with { type: "json" };
import { startLogin, type LoginProcess } from "./login-process.ts";

// The real folder may hold a running cluster's.
jest.mock("../paths.ts", () => ({
  ...jest.requireActual<object>("../paths.ts"),
  pkiDir: mkdtempSync(join(tmpdir(), "order-tracing-pki-")),
}));

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

let login: LoginProcess;
beforeAll(async () => void (login = await startLogin()), 30_000);
afterAll(async () => {
  await login[Symbol.asyncDispose]();
  rmSync(pkiDir, { recursive: true });
});

async function ask(url: string, options: Parameters<typeof request>[1] = {}): Promise<Answer> {
  const { statusCode, headers, body } = await request(url, { ...options, dispatcher: login.agent });
  return { status: statusCode, headers, text: await body.text() };
}

const discovery = async () =>
  JSON.parse((await ask(`${issuer}/.well-known/openid-configuration`)).text) as Record<string, string & string[]>;

/** A browser's part that matters here: it keeps cookies, and follows redirects until they leave the provider. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async open(url: string, form?: Record<string, string>): Promise<Answer & { readonly url: string }> {
    const answer = await ask(url, {
      method: form ? "POST" : "GET",
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(form && { "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(form && { body: new URLSearchParams(form).toString() }),
    });
    for (const cookie of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      expect(cookie).toMatch(/; httponly/i);
      expect(cookie).toMatch(/; secure/i);
      this.#cookies.set(name, value);
    }
    const { location } = answer.headers;
    if (typeof location !== "string") return { ...answer, url };
    const next = new URL(location, url).href;
    return next.startsWith(issuer) ? this.open(next) : { ...answer, url: next };
  }
}

const callback = `${origins[0]}/oauth2/callback`;
const verifier = randomBytes(32).toString("base64url");

function authorization(changes: Record<string, string | undefined> = {}): string {
  const parameters = {
    client_id: clientId,
    response_type: "code",
    scope: "openid email profile groups",
    redirect_uri: callback,
    state: "some-state",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...changes,
  };
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${issuer}/auth?${new URLSearchParams(given).toString()}`;
}

async function signIn(email: string, password: string, url = authorization()) {
  const browser = new Browser();
  const page = await browser.open(url);
  const result = await browser.open(page.url, { user: email, password });
  return { browser, page, result, code: new URL(result.url).searchParams.get("code") };
}

async function exchange(code: string, secret: string, changes: Record<string, string> = {}) {
  const { status, text } = await ask(`${issuer}/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(secret)}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      redirect_uri: callback,
      code_verifier: verifier,
      code,
      ...changes,
    }).toString(),
  });
  return { status, body: JSON.parse(text) as Record<string, string> };
}

/** Claims of a token whose signature is by one of the provider's published keys. */
async function verified(token: string): Promise<Record<string, unknown>> {
  const [head = "", body = "", signature = ""] = token.split(".");
  const { alg, kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { alg: string; kid: string };
  expect(alg).toBe("RS256");
  const { keys } = JSON.parse((await ask((await discovery())["jwks_uri"]!)).text) as { keys: JsonWebKey[] };
  const key = keys.find((candidate) => candidate["kid"] === kid);
  expect(key).not.toHaveProperty("d");
  const good = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${body}`),
    createPublicKey({ key: key!, format: "jwk" }),
    Buffer.from(signature, "base64url"),
  );
  expect(good).toBe(true);
  return JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
}

describe("the provider", () => {
  it("says where everything is, under its own name", async () => {
    const found = await discovery();
    expect(found["issuer"]).toBe(issuer);
    for (const endpoint of ["authorization", "token", "end_session"]) {
      expect(found[`${endpoint}_endpoint`]).toMatch(new RegExp(`^${issuer}/`));
    }
    expect(found["code_challenge_methods_supported"]).toEqual(["S256"]);
    expect(found["scopes_supported"]).toEqual(expect.arrayContaining(["openid", "email", "profile", "groups"]));
  });

  it("serves nothing without TLS", async () => {
    await expect(request(`http://127.0.0.1:${login.port}/health`)).rejects.toThrow();
    expect((await ask(`${issuer}/health`)).status).toBe(200);
  });
});

describe("signing in", () => {
  it("gives an ID token with who it is and the groups, without a question about consent", async () => {
    const { result, code } = await signIn(
      "shop.developer@alexandrite.test",
      login.credentials.passwords["shop.developer"]!,
    );
    expect(result.url).toMatch(new RegExp(`^${callback}\\?code=.*&state=some-state`));
    const { status, body } = await exchange(code!, login.credentials.clientSecret);
    expect(status).toBe(200);
    expect(await verified(body["id_token"]!)).toMatchObject({
      iss: issuer,
      aud: clientId,
      sub: "shop.developer",
      email: "shop.developer@alexandrite.test",
      email_verified: true,
      name: "Shop developer",
      groups: ["team-shop"],
    });
    expect(body["refresh_token"]).toEqual(expect.any(String));
    expect((await exchange(code!, login.credentials.clientSecret)).body["error"]).toBe("invalid_grant");
  });

  it.each([
    ["another account's password", "support@alexandrite.test", "password of devops"],
    ["an unknown user", "nobody@alexandrite.test", "password of support"],
    ["a robot", "verify@alexandrite.test", "password of verify"],
    ["no password", "support@alexandrite.test", ""],
  ])("refuses %s, and gives no code", async (_, user, password) => {
    const { result, code } = await signIn(user, password);
    expect(result.status).toBe(401);
    expect(code).toBeNull();
    expect(login.output()).not.toContain("password of");
  });

  it("refuses what is not registered or has no PKCE, before anybody can sign in", async () => {
    const refused = async (changes: Record<string, string | undefined>) => {
      const { url, text } = await new Browser().open(authorization(changes));
      return `${url} ${text}`;
    };
    expect(await refused({ redirect_uri: "https://evil.test/oauth2/callback" })).toMatch(/invalid_redirect_uri/);
    expect(await refused({ client_id: "other" })).toMatch(/invalid_client/);
    expect(await refused({ code_challenge: undefined, code_challenge_method: undefined })).toMatch(
      /error=invalid_request/,
    );
    expect(await refused({ code_challenge_method: "plain" })).toMatch(/error=invalid_request/);
  });

  it("gives tokens for a code to the application alone, and with its verifier alone", async () => {
    const password = login.credentials.passwords["support"]!;
    const { code } = await signIn("support@alexandrite.test", password);
    expect((await exchange(code!, "guessed")).status).toBe(401);
    const other = await signIn("support@alexandrite.test", password);
    const wrong = { code_verifier: randomBytes(32).toString("base64url") };
    expect((await exchange(other.code!, login.credentials.clientSecret, wrong)).body["error"]).toBe("invalid_grant");
  });

  it("remembers a browser until it signs out", async () => {
    const { browser } = await signIn("support@alexandrite.test", login.credentials.passwords["support"]!);
    expect((await browser.open(authorization())).url).toMatch(/\?code=/);
    const page = await browser.open(`${issuer}/session/end?client_id=${clientId}`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1];
    await browser.open(`${issuer}/session/end/confirm`, { xsrf: xsrf!, logout: "yes" });
    expect((await browser.open(authorization())).text).toContain("Password");
  });
});

describe("tokens for programs", () => {
  const connect: LoginProcess["connect"] = (options, callback) => login.connect(options, callback);

  it("names the application as audience and the account with its groups, for five minutes", async () => {
    const claims = await verified(await fetchToken("verify", login.credentials, connect));
    expect(claims).toMatchObject({
      ...{ iss: issuer, aud: clientId, sub: "verify", email: "verify@alexandrite.test" },
      ...{ email_verified: true, groups: ["tracing-proof"] },
    });
    expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(300);
  });

  it.each(accounts)("gives $name its own e-mail and groups", async ({ name, email, groups }) => {
    expect(await verified(await fetchToken(name, login.credentials, connect))).toMatchObject({ email, groups });
  });

  it("says why there is none", async () => {
    const wrong = { ...login.credentials, passwords: { verify: "guessed" } };
    await expect(fetchToken("verify", wrong, connect)).rejects.toThrow(/gave verify no token \(401 invalid_client/);
    await expect(fetchToken("nobody", login.credentials, connect)).rejects.toThrow(/no account nobody.*support/);
  });
});

describe("credentials", () => {
  it("are made once, for every account, and read by the user alone", async () => {
    const file = join(pkiDir, "credentials", "made.json");
    await expect(readCredentials(file)).rejects.toThrow(/npm run local/);
    const made = await ensureCredentials(file);
    expect(Object.keys(made.passwords)).toEqual(accounts.map(({ name }) => name));
    const all = [made.clientSecret, ...Object.values(made.passwords)];
    expect(new Set(all).size).toBe(all.length);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await ensureCredentials(file)).toEqual(made);
    expect(await readCredentials(file)).toEqual(made);
    expect(readFileSync(file, "utf8")).toContain(made.clientSecret);
  });

  it("reach the cluster as hashes only", async () => {
    const made = await ensureCredentials(join(pkiDir, "credentials", "made.json"));
    const objects = identityObjects(made, { certificate: "the certificate", key: "the key" });
    const texts = objects.flatMap((object) => [
      JSON.stringify(object),
      ...Object.values((object as { data?: Record<string, string> }).data ?? {}).map((data) =>
        Buffer.from(data, "base64").toString(),
      ),
    ]);
    for (const secret of [made.clientSecret, ...Object.values(made.passwords)]) {
      expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    }
    expect(texts.some((text) => text.includes(createHash("sha256").update(made.clientSecret).digest("hex")))).toBe(
      true,
    );
  });
});

it("tests the version of the provider that the image has", () => {
  expect(localPackage.devDependencies["oidc-provider"]).toBe(loginPackage.dependencies["oidc-provider"]);
});
