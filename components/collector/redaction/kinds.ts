/** A kind of value that must not be in a trace, in whichever place. */
export interface Kind {
  id: string;
  /** In RE2, which looks neither ahead nor behind: what is matched is masked as a whole, with the character before it. */
  pattern: string;
  /** Why it is written like this. */
  why: string;
}

/**
 * Before a number: no digit, and nothing that makes it a part of a UUID, of a hexadecimal id or of a decimal fraction. A
 * number that follows a letter of `a` to `f` is therefore not recognised.
 */
const number = String.raw`(?:^|[^0-9a-fA-F.-]|[^0-9]\.)`;
const end = String.raw`(?:\b|_)`;
/** A separator inside of a number, also as it stands in a URL. */
const sep = "(?:[ \u00a0.-]|%20|%2D)?";
const digits = (count: number | string) => `[0-9]{${count}}`;

/** Four characters of Base64 that hold three bytes of ASCII text, and the shorter ones that end it. */
const coded = "[I-Za-f][C-HS-Xi-ny-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-]";
const codedEnd = "(?:[I-Za-f][AQgw]==|[I-Za-f][C-HS-Xi-ny-z0-3][AEIMQUYcgkosw048]=)";
const codedText = (groups: number) => `(?:(?:${coded}){${groups},}${codedEnd}?|(?:${coded}){${groups - 1}}${codedEnd})`;

const issuers = [
  `4[0-9]{3}`, // Visa
  `5[0-9]{3}|6[0-9]{3}`, // Mastercard, Maestro, Discover, UnionPay
  `2(?:2[0-9]|[3-6][0-9]|7[0-2])[0-9]`, // Mir (2200 to 2204), Mastercard (2221 to 2720)
  `3[0-9]{3}`, // American Express, Diners Club, JCB
  `8[16][0-9]{2}|9[78]60`, // UnionPay, Uzcard, Humo
].join("|");

/** In the order in which they are applied: what is the start of another kind comes after it. */
export const kinds: readonly Kind[] = [
  {
    id: "structure",
    pattern: String.raw`(?s)^(?:\{"|\[["\[{0-9-]).*`,
    why: "Arrays and maps are read as JSON, where escapes hide what is inside. No key that is let through has one.",
  },
  {
    id: "private-key",
    pattern: String.raw`-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?s:.*)`,
    why: "To the end of the value: a key that was cut has no end line.",
  },
  { id: "url-user", pattern: String.raw`://[^/\s@]{1,256}@`, why: "Before e-mail, which would leave the user's name." },
  {
    id: "url-query",
    pattern: String.raw`\?[^\s=?,()]{1,64}=[^\s"'<>]*`,
    why: "The first parameter and all that follow. SQL's `?` has no name and no value.",
  },
  {
    id: "database-detail",
    pattern: String.raw`Key \((?s:.*?)\)=\((?s:.*?)\)|Failing row contains \((?s:.*)|invalid input syntax for type [^:]+: "(?s:.*?)"`,
    why: "PostgreSQL repeats the row in its messages.",
  },
  {
    id: "named-secret",
    // Not after a bound parameter: `password = ?` and `password = $1` are harmless SQL.
    pattern: String.raw`(?i)(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|credentials?|authorization|cookie|session[_-]?id|signature|cvv|cvc|пароль)[\w-]{0,20}["']?(?:\s*[:=]\s*|%3D)["']?[^\s"',;&?$:=)][^\s"',;&]*`,
    why: "A secret can look like anything; its name tells.",
  },
  { id: "jwt", pattern: String.raw`eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?`, why: "Also with the signature cut off." },
  {
    id: "bearer",
    pattern: String.raw`(?i:bearer)(?:[ :+]|%20)+[a-z]*[^a-z\s,;][^\s,;]{4,}`,
    why: "With something that is no small letter: `bearer authentication` is prose.",
  },
  {
    id: "basic",
    pattern: String.raw`(?i:basic)(?:[ :+]|%20)+${codedText(2)}`,
    why: "As Base64 of text only: `basic authentication` is prose.",
  },
  { id: "base64", pattern: codedText(4), why: "Base64 of twelve or more bytes of text, whatever the text is." },
  { id: "vault-token", pattern: String.raw`hv[sbr]\.[\w-]{16,}`, why: "Service, batch and recovery tokens." },
  {
    id: "vault-old-token",
    pattern: String.raw`(?:^|[^\w.])s\.[A-Za-z0-9]{24}\b`,
    why: "Not after a letter or a dot: `listeners.ApplicationContextInitializer` is a class.",
  },
  {
    id: "cloud-key",
    pattern: String.raw`AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|AIza[\w-]{35}|ya29\.[\w-]{10,}|gh[pousr]_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|[sr]k_(?:live|test)_\w{10,}|AQVN[\w-]{35,}|YC[AOP][\w-]{30,}|\bt1\.[\w-]+=*\.[\w-]{40,}|[0-9]{8,10}:AA[\w-]{32,}`,
    why: "AWS, Google, GitHub, GitLab, Slack, Stripe, Yandex, Telegram.",
  },
  {
    id: "email",
    pattern: String.raw`[\p{L}\p{N}._%+-]+(?:@|%40|%2540)[\p{L}\p{N}.-]*[\p{L}\p{N}]\.\p{L}{2,}`,
    why: "Letters of every alphabet; the domain needs a dot, so `Order@1b2c3d` of Java and image digests stay.",
  },
  {
    id: "iban",
    pattern: String.raw`\b[A-Z]{2}[0-9]{2}(?:(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?|[A-Z0-9]{11,30})\b`,
    why: "By form; its check digits cannot be computed here.",
  },
  {
    id: "phone",
    pattern: String.raw`(?:^|[^\w.])(?:\+|%2B)[0-9](?:[ \u00a0().-]{0,2}[0-9]){9,14}\b`.replace("\\u00a0", "\u00a0"),
    why: "International, with its plus. Not after a digit: a version's build metadata has a plus too.",
  },
  {
    id: "phone-ru",
    pattern: `${number}(?:[78][ \u00a0.(-]{0,2}[3-9]${digits(2)}|\\([3-9]${digits(2)}\\)|9${digits(2)}[ \u00a0-])[ \u00a0.)-]{0,2}${digits(3)}${sep}${digits(2)}${sep}${digits(2)}${end}`,
    why: "With 7 or 8, or with the code in brackets or set apart. Ten digits in a row are also times and amounts.",
  },
  {
    id: "card",
    pattern: `${number}(?:(?:${issuers})(?:${sep}${digits(4)}){3}(?:${sep}${digits(3)})?|3[0-9]{3}${sep}${digits(6)}${sep}${digits("4,5")}|(?:${issuers})${digits("9,15")})${end}`,
    why: "All schemes, by the issuer's digits. Without Luhn: every such number is masked, a card or not.",
  },
  {
    id: "inn",
    pattern: `${number}(?:0[1-9]|1[0-9]|2[1-9]|[3-9][0-9])${digits(10)}${end}|(?i:inn|инн)["']?[ :=№-]{1,4}["']?${digits("10,12")}${end}`,
    why: "A person's has twelve digits. Those that begin with 20, as dated numbers do, and a company's ten (as many as seconds since 1970) only after the word.",
  },
  {
    id: "snils",
    pattern: `${number}${digits(3)}-${digits(3)}-${digits(3)}[ -]?${digits(2)}${end}|(?i:snils|снилс)["']?[ :=№-]{1,4}["']?${digits(11)}${end}`,
    why: "In its usual form, or after the word.",
  },
  {
    id: "passport",
    pattern: `${number}${digits(2)} ?${digits(2)} (?:№ ?)?${digits(6)}${end}|(?i:passport|паспорт)["']?[^0-9]{1,12}${digits("2,4")} ?${digits("2,6")}(?: ?${digits(6)})?${end}`,
    why: "Series and number set apart, or after the word.",
  },
];
