/** Forms that nothing but a secret has; each with its name for people. */
const forms: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN[ A-Z0-9]*PRIVATE KEY/],
  ["a token (JWT)", /\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{10,}/],
  ["a password in a URL", /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@{}$()]*:[^/\s@{}$()]{3,}@[\w.-]/i],
  ["a token of Vault", /\bhv[sbr]\.[\w-]{24,}/],
  ["an access key of AWS", /\bA(?:KIA|SIA)[0-9A-Z]{16}\b/],
  ["a token of GitHub", /\bgh[pousr]_\w{30,}/],
  ["a token of GitLab", /\bglpat-[\w-]{20,}/],
  ["an authorization header", /\b(?:bearer|basic)\s+(?=[\w+/=.~-]*\d)[\w+/=.~-]{16,}/i],
];

/** Keys whose values are secrets. */
const secretKey =
  /(?:^|[._-])(?:[a-z0-9]*(?:passw(?:or)?d|passphrase|secret)|pwd|token|api[._-]?key|access[._-]?key|credentials?|private[._-]?key|authorization)$/i;

/** What stands for a secret that is elsewhere: a reference, a file, a template, nothing. */
const reference =
  /^$|^\$\{.*\}$|^\$\(.*\)$|^\$\w+$|\{\{|^\/|^file:|^(?:true|false|null|none|\d{1,5})$|^[\w./-]+\.(?:pem|key|crt|txt)$/i;

const decoded = (value: string): string => Buffer.from(value, "base64").toString("utf8");

/** What the text is, by its form alone, also in base64: `a token of Vault`; undefined for anything that need not be a secret. */
export function secretForm(value: string): string | undefined {
  const encoded = /^[A-Za-z0-9+/]{24,}={0,2}$/.test(value) ? decoded(value) : "";
  return forms.find(([, pattern]) => pattern.test(value) || pattern.test(encoded))?.[0];
}

/** Whether the key says that its value is a secret, and the value is one itself and not a reference to it. */
export const isNamedSecret = (key: string, value: string): boolean => secretKey.test(key) && !reference.test(value);
