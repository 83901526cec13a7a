import { createHmac } from "node:crypto";
import { agedCookie } from "../checks/access/aged-cookie.ts";
import { attempt, print } from "../checks/findings.ts";
import { meaning } from "../checks/access/meaning.ts";

describe("a session of another age", () => {
  // As oauth2-proxy signs: HMAC over name, value and time, in Go's padded URL alphabet.
  const signed = (name: string, value: string, seconds: number) => {
    const signature = createHmac("sha256", "secret")
      .update(name)
      .update(value)
      .update(String(seconds))
      .digest("base64");
    return `${value}|${seconds}|${signature.replaceAll("+", "-").replaceAll("/", "_")}`;
  };
  const at = new Date("2026-01-01T00:00:00Z");

  it("is the same session, signed for that time", () => {
    const cookies = [{ name: "__Host-jaeger", value: signed("__Host-jaeger", "c29tZXRoaW5n", 1234567890) }];
    const expected = { name: "__Host-jaeger", value: signed("__Host-jaeger", "c29tZXRoaW5n", at.getTime() / 1000) };
    expect(agedCookie(cookies, "secret", at)).toEqual(expected);
    expect(agedCookie(cookies, "other", at)).not.toEqual(expected);
  });

  it("is put together from its parts, in their order", () => {
    const whole = signed("__Host-jaeger", "c29tZXRoaW5n", 1234567890);
    const cookies = [
      { name: "__Host-jaeger_1", value: whole.slice(10) },
      { name: "theme", value: "dark" },
      { name: "__Host-jaeger_0", value: whole.slice(0, 10) },
    ];
    const expected = { name: "__Host-jaeger", value: signed("__Host-jaeger", "c29tZXRoaW5n", at.getTime() / 1000) };
    expect(agedCookie(cookies, "secret", at)).toEqual(expected);
  });

  it("needs a session", () => {
    expect(() => agedCookie([{ name: "theme", value: "dark" }], "secret", at)).toThrow(/no session among.*theme/);
  });
});

describe("an answer", () => {
  it.each([
    [200, "", '{"services":["shop-api"]}', "served"],
    [200, "", "<h1>Sign in</h1>", "200 without data"],
    [302, "https://login.alexandrite.test:8443/auth?x", "", "sign in"],
    [302, "https://login.alexandrite.test.evil.test/", "", "302 to https://login.alexandrite.test.evil.test/"],
    [403, "", "Forbidden", "403"],
  ])("of %i %s %s means %s", (status, location, text, expected) => {
    expect(meaning(status, location, text)).toBe(expected);
  });
});

describe("the report", () => {
  beforeEach(() => jest.spyOn(console, "log").mockImplementation());
  afterEach(() => jest.restoreAllMocks());
  const finding = { what: "what", layer: "-", expected: "x", found: "x" };

  it("passes only if all was as expected, and something was tried", () => {
    expect(print([{ ...finding, good: true }])).toBe(true);
    expect(
      print([
        { ...finding, good: true },
        { ...finding, good: false },
      ]),
    ).toBe(false);
    expect(print([])).toBe(false);
  });

  it("takes an error for a surprise", async () => {
    expect(await attempt("what", "-", "x", () => Promise.reject(new Error("broken")))).toMatchObject({
      found: "error: broken",
      good: false,
    });
  });
});
