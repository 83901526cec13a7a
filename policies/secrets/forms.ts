/** Forms that nothing but a secret has; each with its name for people. */
const forms: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN[ A-Z0-9]*PRIVATE KEY/],
  ["a token (JWT)", /\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{10,}/],
  ["a password in a URL", /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@{}$()]*:[^/\s@{}$()]{3,}@[\w.-]/i],
  ["a token of Vault", /\bhv[sbr]\.[\w-]{24,}/],
  ["an access key of AWS", /\bA(?:KIA|SIA)[0-9A-Z]{16}\b/],
  ["a token of GitHub", /\bgh[pousr]_\w{30,}/],
  ["a token of GitLab", /\bglpat-[\w-]{20,}/],
  ["a token of Honeycomb", /\bhc[ab]ik_\w{40,}/],
  ["a token of Slack", /\bxox[abeoprs]-[\w-]{10,}/],
  ["a key of Google", /\bAIza[\w-]{35}/],
  ["a token of npm", /\bnpm_\w{36}/],
  ["a key of age", /\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/],
  [
    "a key in a connection's text",
    /\b(?:password|pwd|accountkey|sharedaccesskey(?:value)?)=(?!["']?[${/])[^;\s"'{}]{6,}(?:;|$)/i,
  ],
  [
    "a login with the hash of its password",
    /(?:^|[\s"',])[\w.@+-]+:(?:\$(?:apr1|2[abxy]|5|6)\$|\{SHA\})[\w./$+=]{10,}/,
  ],
  ["a webhook of Slack", /\bhooks\.slack\.com\/services\/T\w+\/B\w+\/\w{16,}/],
  ["a password of curl", /\bcurl\b[^\n|;&]*?\s(?:-u|--user)[ =]?["']?[\w.@-]+:[^\s"'$`{}()]{3,}/],
  [
    "a password in a shell's variable",
    /(?:^|[\s;&])(?:export\s+)?[A-Z0-9_]*(?:PASS(?:WORD|WD)?|PWD|SECRET|TOKEN|API_KEY)=["']?(?![/"'$`])[^\s"'$`;&]{6,}["']?\s*(?:;|&&)/,
  ],
  ["an authorization header", /\b(?:bearer|basic|apikey)\s+(?=[\w+/=.~-]*\d)[\w+/=.~-]{16,}/i],
];

/** Keys whose values are secrets. */
const secretKey =
  /(?:^|[._-])(?:[a-z0-9]*(?:passw(?:or)?d|passphrase|secret)|pass|pwd|token|(?:api|access|account|license|signing|encryption)[._-]?key|credentials?|private[._-]?key|authorization)$/i;

/** What stands for a secret that is elsewhere: a reference, a file, a template, nothing. */
const reference =
  /^$|^\$\{(?!.*:-[^}]).*\}$|^\$\(.*\)$|^\$\w+$|\{\{|^\/|^file:|^(?:true|false|null|none|\d{1,5})$|^[\w./-]+\.(?:pem|key|crt|txt)$/i;

const decoded = (value: string): string => Buffer.from(value, "base64").toString("utf8");

/** What the text is, by its form alone, also in base64: `a token of Vault`; undefined for anything that need not be a secret. */
export function secretForm(value: string): string | undefined {
  const encoded = /^[A-Za-z0-9+/]{24,}={0,2}$/.test(value) ? decoded(value) : "";
  return forms.find(([, pattern]) => pattern.test(value) || pattern.test(encoded))?.[0];
}

/** Annotations of Ingresses that name a Secret: `namespace/name`. */
const isName = (key: string, value: string): boolean =>
  /\/[\w-]+-secret$/.test(key) && /^[\w.-]+\/[\w.-]+$/.test(value);

/** Whether the key says that its value is a secret, and the value is one itself and not a reference to it. */
export const isNamedSecret = (key: string, value: string): boolean =>
  !isName(key, value) &&
  ((secretKey.test(words(key)) && !reference.test(value)) || (key === "auth" && isLogin(decoded(value))));

/** `secretAccessKey` as `secret_Access_Key`. */
const words = (key: string): string => key.replace(/([a-z0-9])([A-Z])/g, "$1_$2");

/** `user:password`, as Docker's configuration has it in base64; of several lines the first one. */
export const isLogin = (value: string): boolean => /^[\w.@+-]+:(?!\$\{)[\x21-\x7e]{3,}\s*$/m.test(value.trim());
