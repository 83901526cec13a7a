import { createHmac } from "node:crypto";

interface Cookie {
  readonly name: string;
  readonly value: string;
}

/**
 * A session cookie of oauth2-proxy as it would be if it had been given out at another time: the same session, signed again.
 * It is `<value>|<seconds since 1970>|<HMAC-SHA-256 over name, value and seconds>`; a long one comes in parts.
 *
 * @param cookies of the view; others than the session's are left aside
 * @param secret what the proxy signs with
 * @throws if there is no session among them
 */
export function agedCookie(cookies: readonly Cookie[], secret: string, at: Date): Cookie {
  const session = joined(cookies).find(({ value }) => /^[\w=-]+\|\d+\|[\w=-]+$/.test(value));
  if (!session)
    throw new Error(`no session among the cookies ${cookies.map(({ name }) => name).join(", ") || "(none)"}`);
  const [value] = session.value.split("|");
  const seconds = Math.floor(at.getTime() / 1000);
  const signature = createHmac("sha256", secret).update(`${session.name}${value}${seconds}`).digest("base64url");
  // 32 bytes: Go's padded alphabet ends them with one sign.
  return { name: session.name, value: `${value}|${seconds}|${signature}=` };
}

/** `name_0`, `name_1`, … → `name`. The proxy takes them in one piece as well. */
function joined(cookies: readonly Cookie[]): Cookie[] {
  const parts = new Map<string, [index: number, value: string][]>();
  for (const { name, value } of cookies) {
    const [, base = name, index = "0"] = /^(.+)_(\d+)$/.exec(name) ?? [];
    parts.set(base, [...(parts.get(base) ?? []), [Number(index), value]]);
  }
  return [...parts].map(([name, values]) => ({
    name,
    value: values
      .sort(([a], [b]) => a - b)
      .map(([, value]) => value)
      .join(""),
  }));
}
