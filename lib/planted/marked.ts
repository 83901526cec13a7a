/** A value that must not be found behind the gateway. */
export interface Marked {
  /** The rule that is there for it, see `components/collector/redaction/kinds.ts`. */
  kind: string;
  value: string;
  /** What of it must not be found. Default: all of it. */
  secrets: readonly string[];
  /** Whether it is recognised where it stands in a URL, percent-coded. */
  inUrls: boolean;
}

const plain = (kind: string, ...values: string[]): Marked[] =>
  values.map((value) => ({ kind, value, secrets: [value], inUrls: true }));
const within = (kind: string, value: string, ...secrets: string[]): Marked => ({ kind, value, secrets, inUrls: false });
const inUrl = (marked: Marked): Marked => ({ ...marked, inUrls: true });

/** As tokens look, and always the same. */
const random = (length: number) => "Xz7kQ2vJ9mN4pR8tW1yB5cD0fG3hL6sA".repeat(3).slice(0, length);

const header = Buffer.from('{"alg":"HS256"}').toString("base64url");

/**
 * Invented values, at least one for each kind. None of them belongs to anybody: numbers of documents and cards are those that
 * issuers publish for tests, or do not exist.
 */
export const marked: readonly Marked[] = [
  ...plain("email", "erika.mustermann@customer.example", "o'erika+shop@sub.customer.example", "эрика@почта.рф").map(
    (one) => ({ ...one, secrets: [one.value.includes("'") ? "erika+shop" : one.value.split("@")[0]!] }),
  ),
  ...plain("phone", "+4915112345678", "+44 20 7946 0958", "+1 (415) 555-2671", "+7 916 123-45-67"),
  ...plain("phone-ru", "79161234567", "8 (916) 123-45-67", "8-916-123-45-67", "(495) 123-45-67", "916 123 45 67"),
  // Visa, Mastercard, Mastercard of series 2, Mir, American Express, Diners, JCB, UnionPay with 19 digits, Maestro.
  ...plain("card", "4111111111111111", "5555 5555 5555 4444", "2223-0031-2200-3222", "2200 0000 0000 0004"),
  ...plain("card", "378282246310005", "3782 822463 10005", "30569309025904", "3530111333300000", "6205500000000000004"),
  ...plain("card", "6759649826438453", "4222222222222"),
  within("card", "id_4111111111111111_x", "4111111111111111"),
  ...plain("inn", "500100732259"),
  within("inn", "ИНН: 7707083893", "7707083893"),
  ...plain("snils", "112-233-445 95"),
  within("snils", "СНИЛС 11223344595", "11223344595"),
  ...plain("passport", "4509 123456", "45 09 123456"),
  within("passport", "passport: 4509123456", "4509123456"),
  ...plain("iban", "DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19"),
  inUrl(within("jwt", `${header}.eyJzdWIiOiIxIn0.c2lnbmF0dXJl_Rest-1`, "c2lnbmF0dXJl_Rest-1")),
  inUrl(within("bearer", "Bearer 8Fq2_zzTopSecret", "8Fq2_zzTopSecret")),
  inUrl(within("basic", "Basic YTpiYw==", "YTpiYw==")),
  ...plain("base64", Buffer.from("erika at home").toString("base64")),
  within("url-user", "amqp://shop:hunter2pass@rabbitmq:5672/", "hunter2pass"),
  within(
    "url-query",
    "see http://shop.example/find?name=Erika%20Mustermann&city=Berlin for it",
    "Mustermann",
    "Berlin",
  ),
  within("database-detail", "Key (name, city)=(Erika Mustermann, Berlin) already exists.", "Mustermann", "Berlin"),
  within("database-detail", "Failing row contains (1, Erika Mustermann, null).", "Mustermann"),
  within("database-detail", 'invalid input syntax for type uuid: "Erika Mustermann"', "Mustermann"),
  within("named-secret", "login failed, password=correct-horse", "correct-horse"),
  within("named-secret", 'body {"apiKey": "correct-horse"}', "correct-horse"),
  within("named-secret", "X-Auth-Token: correct-horse", "correct-horse"),
  within("named-secret", "Cookie: JSESSIONID=correct-horse", "correct-horse"),
  within("private-key", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIM-rest", "MC4CAQAwBQYDK2VwBCIEIM", "rest"),
  inUrl(within("vault-token", `hvs.CAESI${random(90)}`, random(90))),
  inUrl(within("vault-old-token", "s.zzTop1zzTop2zzTop3zzTop4", "zzTop1zzTop2zzTop3zzTop4")),
  ...plain("cloud-key", "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", `AIza${random(35)}`, `ya29.${random(20)}`),
  ...plain("cloud-key", `ghp_${random(36)}`, `glpat-${random(20)}`, `xoxb-${random(24)}`),
  // In two pieces, or those who look for secrets in sources would find some.
  ...plain("cloud-key", `sk_${"live"}_${random(24)}`, `rk_${"test"}_${random(24)}`),
  ...plain("cloud-key", `AQVN${random(36)}`, `YCAJ${random(36)}`, `t1.${random(8)}.${random(86)}`),
  inUrl(within("cloud-key", `bot123456789:AA${random(33)}`, random(33))),
];

/** Values without a form: what holds them must go as a whole, or the statement's literals must. */
export const formless = "Erika Mustermann, Berlin";
