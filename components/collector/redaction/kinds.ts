/** A kind of value that must not be in a trace, in whichever place. Its patterns are in RE2, which looks neither ahead nor behind. */
export interface Kind {
  id: string;
  /** Why it is written like this. */
  why: string;
  /**
   * What is masked as a whole. A pattern that begins with plain letters costs next to nothing where they are not, so that
   * alternatives are patterns of their own, and a word in any case is four, see {@link inAnyCase}.
   */
  patterns?: readonly string[];
  /** Numbers by their form alone. */
  numbers?: readonly string[];
  /** Words that stand before numbers which their form does not give away, and those numbers. */
  named?: { words: readonly string[]; numbers: string };
}

/** A separator inside of a number, also as it stands in a URL. */
const sep = "(?:[ \u00a0.-]|%20|%2D)?";
const blank = "(?:[ \u00a0+]|%20)";

/** Four characters of Base64 that hold three bytes of ASCII text, and the shorter ones that end it. */
const coded = "[I-Za-f][C-HS-Xi-ny-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-]";
const codedEnd = "(?:[I-Za-f][AQgw](?:==|%3D%3D)|[I-Za-f][C-HS-Xi-ny-z0-3][AEIMQUYcgkosw048](?:=|%3D))";

const issuers = [
  "[3-6][0-9]", // American Express, Diners Club, JCB; Visa; Mastercard, Maestro; Discover, UnionPay, Maestro
  "2[2-7]", // Mir (2200 to 2204), Mastercard (2221 to 2720)
  "8[16]", // Uzcard, UnionPay
  "98", // Humo
].join("|");
const card = `(?:${issuers})[0-9]{2}`;

const secretNames = [
  ...["passw(?:or)?d", "passphrase", "pwd", "secret", "token", "api[_-]?key", "access[_-]?key", "account[_-]?key"],
  ...["credentials?", "authorization", "cookie", "session[_-]?id", "signature", "cvv", "cvc", "пароль"],
];

/**
 * Patterns for words in whatever case. Go looks for the letters that a pattern begins with many times faster than for
 * anything else, but not without regard to case: so the first two are written out in their four cases.
 *
 * @param words patterns that begin with two plain letters.
 * @param rest what follows each.
 */
function inAnyCase(words: readonly string[], rest: string): string[] {
  const endings = Map.groupBy(words, (word) => word.slice(0, 2));
  return [...endings].flatMap(([start, all]) => {
    const [[first, second], [First, Second]] = [start, start.toUpperCase()];
    const ending = `(?i:${all.map((word) => word.slice(2)).join("|")})${rest}`;
    return [`${first}${second}`, `${First}${Second}`, `${First}${second}`, `${first}${Second}`].map(
      (cased) => cased + ending,
    );
  });
}

/** What stands at the start of a value, or behind this. As one pattern, Go would try the start at each character. */
const atStartOrAfter = (character: string, what: string): string[] => [`^${what}`, `${character}${what}`];

/** In the order in which they are applied: what is the start of another kind comes after it. */
export const kinds: readonly Kind[] = [
  {
    id: "structure",
    why: "Arrays and maps are read as JSON, where escapes hide what is inside. No key that is let through has one.",
    patterns: [String.raw`(?s)^(?:\{"|\[["\[{0-9-]).*`],
  },
  {
    id: "private-key",
    why: "To the end of the value: a key that was cut has no end line.",
    patterns: [String.raw`-----BEGIN(?:[ +A-Z0-9]|%20)*PRIVATE(?s:.*)`],
  },
  {
    id: "url-user",
    why: "Before e-mail, which would leave the user's name.",
    patterns: [String.raw`://[^/\s@]+@`],
  },
  {
    id: "url-query",
    why: "The first parameter and all that follow. SQL's `?` has no name and no value.",
    patterns: [String.raw`\?[^\s=?,()]+=[^\s"'<>]*`],
  },
  {
    id: "database-detail",
    why: "PostgreSQL repeats the row in its messages.",
    patterns: [
      String.raw`Key \((?s:.*?)\)=\((?s:.*?)\)`,
      String.raw`Failing row contains \((?s:.*)`,
      String.raw`invalid input syntax for (?:type )?[^:]+: "(?s:.*?)"`,
    ],
  },
  {
    id: "named-secret",
    // Not before a bound parameter: `password = ?` and `password = $1` are harmless SQL.
    why: "A secret can look like anything; its name tells.",
    patterns: inAnyCase(secretNames, String.raw`[\w-]*["']?(?:\s*[:=]\s*|%3D)["']?[^\s"',;&?$:=)][^\s"',;&]*`),
  },
  { id: "jwt", why: "Also with the signature cut off.", patterns: [String.raw`eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?`] },
  {
    id: "bearer",
    why: "With something that is no small letter: `bearer authentication` is prose.",
    patterns: inAnyCase(["bearer"], String.raw`(?:${blank}|:)+[a-z]*[^a-z\s,;][^\s,;]{4,}`),
  },
  {
    id: "basic",
    why: "As Base64 of text only: `basic authentication` is prose.",
    patterns: inAnyCase(["basic"], `(?:${blank}|:)+(?:${coded})+(?:${coded}|${codedEnd})`),
  },
  {
    id: "base64",
    why: "Base64 of ten or more bytes of text, whatever the text is.",
    patterns: [`(?:${coded}){3,}(?:${coded}|${codedEnd})`],
  },
  { id: "vault-token", why: "Service, batch and recovery tokens.", patterns: [String.raw`hv[sbr]\.[\w-]{16}[\w-]*`] },
  {
    id: "vault-old-token",
    why: "Not after a letter or a dot: `listeners.ApplicationContextInitializer` is a class.",
    patterns: [...atStartOrAfter(String.raw`[^\w.]`, String.raw`s\.[A-Za-z0-9]{24}\b`)],
  },
  {
    id: "cloud-key",
    why: "AWS, Google, GitHub, GitLab, Slack, Stripe, Yandex, Telegram.",
    patterns: [
      "AKIA[0-9A-Z]{16}",
      "ASIA[0-9A-Z]{16}",
      String.raw`AIza[\w-]{35}`,
      String.raw`ya29\.[\w-]{10}[\w-]*`,
      String.raw`gh[pousr]_\w{30}\w*`,
      String.raw`glpat-[\w-]{20}`,
      String.raw`xox[abprs]-[\w-]{10}[\w-]*`,
      String.raw`sk_(?:live|test)_\w{10}\w*`,
      String.raw`rk_(?:live|test)_\w{10}\w*`,
      String.raw`AQVN[\w-]{35}[\w-]*`,
      String.raw`YC[AOP][\w-]{30}[\w-]*`,
      String.raw`t1\.[\w-]+=*\.[\w-]{40}[\w-]*`,
      String.raw`:AA[\w-]{32}[\w-]*`,
      String.raw`%3AAA[\w-]{32}[\w-]*`,
    ],
  },
  {
    id: "email",
    why: "Letters of every alphabet, before the @ without a look into Unicode's long tables; the domain needs a dot, so `Order@1b2c3d` of Java and image digests stay.",
    patterns: [String.raw`[a-zA-Z0-9._%+\x{80}-\x{10FFFF}-]+(?:@|%40|%2540)[\p{L}\p{N}.%-]*\.[\p{L}%][\p{L}\p{N}%]+`],
  },
  {
    id: "iban",
    why: "By form; its check digits cannot be computed here.",
    patterns: [
      String.raw`\b[A-Z]{2}[0-9]{2}(?:(?:${blank}[A-Z0-9]{4}){2,7}(?:${blank}[A-Z0-9]{1,4})?|[A-Z0-9]{11,30})\b`,
    ],
  },
  {
    id: "phone",
    why: "International, with its plus. Not after a letter or digit: a version's build metadata has a plus too.",
    patterns: [
      ...atStartOrAfter(
        String.raw`[^\w.]`,
        String.raw`\+[0-9](?:(?:[ ` + "\u00a0" + String.raw`().-]|%20|%2D){0,2}[0-9]){9,14}\b`,
      ),
      String.raw`%2B[0-9](?:(?:[ ().-]|%20|%2D){0,2}[0-9]){9,14}\b`,
    ],
  },
  {
    id: "phone-ru",
    why: "With 7 or 8, or with the code in brackets or set apart. Ten digits in a row are also times and amounts.",
    numbers: [
      `(?:[78]${sep}(?:[3-9][0-9]{2}|\\([3-9][0-9]{2}\\))|\\([3-9][0-9]{2}\\)|9[0-9]{2}(?:[ \u00a0-]|%20|%2D))${sep}[0-9]{3}${sep}[0-9]{2}${sep}[0-9]{2}`,
    ],
  },
  {
    id: "card",
    why: "All schemes, by the issuer's digits. Without Luhn: every such number is masked, a card or not.",
    numbers: [`${card}(?:(?:${sep}[0-9]{4}){3}(?:${sep}[0-9]{3})?|${sep}[0-9]{6}${sep}[0-9]{4,5}|[0-9]{9,15})`],
  },
  {
    id: "inn",
    why: "A person's has twelve digits. Those that begin with 20, as dated numbers do, and a company's ten (as many as seconds since 1970) only after the word.",
    numbers: ["(?:0[1-9]|1[0-9]|2[1-9]|[3-9][0-9])[0-9]{10}"],
    named: { words: ["inn", "инн"], numbers: "[0-9]{10,12}" },
  },
  {
    id: "snils",
    why: "In its usual form, or after the word.",
    numbers: [`[0-9]{3}-[0-9]{3}-[0-9]{3}(?:[ -]|%20)?[0-9]{2}`],
    named: { words: ["snils", "снилс"], numbers: "[0-9]{11}" },
  },
  {
    id: "passport",
    why: "Series and number set apart, or after the word.",
    numbers: [`[0-9]{2}${blank}?[0-9]{2}${blank}(?:№ ?)?[0-9]{6}`],
    named: { words: ["passport", "паспорт"], numbers: `[0-9]{2}${blank}?[0-9]{2}${blank}?(?:№ ?)?[0-9]{6}` },
  },
];

/**
 * Before a number: nothing that makes it a part of a longer one, of a UUID, of a hexadecimal id or of a decimal fraction. A
 * number right behind a letter of `a` to `f` is therefore not recognised. The character is masked with it.
 */
const before = "(?:^|[^0-9a-fA-F.-])";
const after = String.raw`(?:\b|_)`;

/** All patterns, for one run over a value each. What begins alike is one pattern: a value is then searched once for all of it. */
export function patternsOf(of: readonly Kind[]): string[] {
  const numbers = of.flatMap((kind) => kind.numbers ?? []);
  const named = of.flatMap(({ named }) =>
    named ? inAnyCase(named.words, `["']?[ :=№-]{1,4}["']?${named.numbers}${after}`) : [],
  );
  return [
    ...of.flatMap(({ patterns = [] }) => patterns),
    ...(numbers.length > 0 ? [`${before}(?:${numbers.join("|")})${after}`] : []),
    ...named,
  ];
}
