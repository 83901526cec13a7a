import { createHash, X509Certificate } from "node:crypto";
import { isNamedSecret, secretForm } from "../../policies/secrets/forms.ts";

/** The engine's wire form of a secret. It has blinded the value itself already. */
const secretKey = "4dabf18193072939515e22adb298388d";
/** What the engine writes for a value that is known only when the change is made. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const secret = "(secret)";
const unknown = "(known when it is applied)";

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A value as it may be shown to everybody who reads a pull request: no secret, certificates as what they are, and what is not
 * known yet said so. Keys that the engine and its providers keep for themselves are left out.
 */
export function shown(value: unknown, key = ""): unknown {
  if (typeof value === "string") return shownText(value, key);
  if (Array.isArray(value)) return value.map((item) => shown(item, key));
  if (!isRecord(value)) return value;
  if (secretKey in value) return secret;
  // A variable of a container: its name is the key.
  const named = typeof value["name"] === "string" ? value["name"] : undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([inner, item]) => !isInternal(inner) && !(isRecord(item) && isAllInternal(item)))
      .map(([inner, item]) => [inner, shown(item, inner === "value" && named ? named : inner)]),
  );
}

/** Checksums only say that something else changed, and that stands in the report itself. */
const isInternal = (key: string): boolean =>
  key.startsWith("__") || key.startsWith("pulumi.com/") || key.endsWith("/config-checksum");

/** Annotations of which nothing would be left. */
const isAllInternal = (of: Record<string, unknown>): boolean =>
  Object.keys(of).length > 0 && Object.keys(of).every(isInternal);

function shownText(value: string, key: string): string {
  if (value === unknownValue || value === "[secret]") return value === unknownValue ? unknown : secret;
  const form = secretForm(value);
  if (form) return `(not shown: it holds ${form})`;
  if (isNamedSecret(key, value) && !value.includes("\n")) return secret;
  const inner = json(value);
  if (inner !== undefined) return JSON.stringify(shown(inner, key));
  return value
    .replaceAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g, certificate)
    .replaceAll(
      /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----/g,
      (pem, kind: string) => `(${kind.toLowerCase()} ${hash(pem)})`,
    )
    .replaceAll(unknownValue, unknown)
    .split("\n")
    .map(shownLine)
    .join("\n");
}

/** `key: value` and `key=value` of a configuration, of arguments or of a script that is written as text. */
function shownLine(line: string): string {
  const [, before, key, value] = /^(\s*-?\s*["']?([\w.-]+)["']?\s*[:=]\s*)(\S.*)$/.exec(line) ?? [];
  if (before !== undefined && isNamedSecret(key!, bare(value!))) return `${before}${secret}`;
  return line.replaceAll(
    /((["']?)([\w.-]+)\2\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;}\]]+)/g,
    (pair, start: string, _quote, inner: string, text: string) =>
      isNamedSecret(inner, bare(text)) ? `${start}${secret}` : pair,
  );
}

const bare = (value: string): string => value.replace(/,$/, "").replace(/^(["'])(.*)\1$/, "$2");

/** What a text holds that is JSON; undefined for another text. */
export function json(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function certificate(pem: string): string {
  try {
    const { subject, validToDate } = new X509Certificate(pem);
    const name = subject?.replaceAll("\n", ", ") ?? "without a name";
    return `(certificate of ${name}, valid to ${validToDate.toISOString().slice(0, 10)}, ${hash(pem)})`;
  } catch {
    return `(certificate ${hash(pem)})`;
  }
}

const hash = (text: string): string =>
  createHash("sha256").update(text.replaceAll(/\s/g, "")).digest("hex").slice(0, 8);
