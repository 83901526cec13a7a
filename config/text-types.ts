import { isIP } from "node:net";
import { z } from "zod";

/**
 * Texts that go into another language, and are checked for it: Kubernetes refuses a bad name only in the middle of an
 * `up`, and a quote in a statement of the collector or in YAML would change what is said there.
 */

/** A name that Kubernetes, DNS, certificates, index names and the collector's language all take as it is. */
export const dnsLabel = z
  .string()
  .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, "must be lower-case letters, digits and -, and begin with a letter")
  .max(63, "is longer than the 63 characters of a DNS label");

const label = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";
const labels = String.raw`${label}(\.${label})*`;
/** Labels with dots between them: a host as certificates carry it, and a name as Kubernetes takes it. */
const dottedLabels = new RegExp(`^${labels}$`);

/** Name of a namespace or a container: Kubernetes takes a digit at the beginning too. */
export const kubernetesLabel = z
  .string()
  .regex(new RegExp(`^${label}$`), "must be lower-case letters, digits and -, and begin and end with a letter or digit")
  .max(63, "is longer than the 63 characters of a DNS label");

/** Name of most objects of Kubernetes. */
export const kubernetesName = z
  .string()
  .regex(
    dottedLabels,
    "must be lower-case letters, digits, - and ., and every part begin and end with a letter or digit",
  )
  .max(253, "is longer than the 253 characters of a DNS name");

/** Service account that tells a back end from all others. */
export const serviceAccountName = kubernetesName.refine((name) => name !== "default", {
  error: "is the account of every pod of the namespace that has none: any of them would pass for this service",
});

/** Key of an annotation: a name, with or without a domain before it. */
export const annotationKey = z
  .string()
  .regex(
    new RegExp(`^(${labels}/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`),
    "must be the key of an annotation, for example example.com/name",
  )
  .refine((key) => key.lastIndexOf("/") <= 253, { error: "has a domain of more than 253 characters" });

/** A value of a label, as Kubernetes takes it; an empty one would match pods that carry the label without a value. */
export const labelValue = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/, "must be the value of a label, for example traefik");

/** A view's or a node's name stands before some of them. */
const longestHost = 253 - "x".repeat(63).length - 1;

/** DNS name: what a certificate carries as such. */
export const hostName = z
  .hostname("must be a host name, for example elasticsearch.tracing.example")
  .refine((name) => isIP(name) === 0, { error: "is an address, and a certificate carries the name" })
  .max(longestHost, `is longer than ${longestHost} characters, and names are put before it`)
  .superRefine((name, context) => {
    const plain = name.toLowerCase().replace(/\.$/, "");
    if (name === plain || !dottedLabels.test(plain)) return;
    context.addIssue({ code: "custom", message: `has a capital letter or a dot at its end: write ${plain}` });
  });

/** Address of a server, for programs that put their own paths behind it. */
export const serverAddress = httpsUrl().superRefine((text, context) => {
  const url = parsed(text);
  const host = url && urlProblem(text) === undefined && hostProblem(url, text);
  if (host) context.addIssue({ code: "custom", message: host });
  // `URL` makes "/" of no path: only the text tells the two apart.
  if (url && (url.pathname !== "/" || text.endsWith("/"))) {
    context.addIssue({
      code: "custom",
      message: `has a path, and the programs that use it would drop it or double its slash: write ${url.origin}, and give a server below a path a host name of its own`,
    });
  }
});

/** Origin of a page, letter by letter as browsers send it. A `*` would be taken for any host. */
export const pageOrigin = z
  .string()
  .refine(
    (text) => /^https:\/\/[\w.:[\]-]+$/.test(text) && parsed(text)?.origin === text,
    "must be an origin as browsers send it: https:// and a host in lower-case letters, a port if it is not 443, no path and no *",
  );

/** Issuer of tokens: may have a path, and is compared letter by letter with what the tokens say. */
export const issuerUrl = httpsUrl();

function httpsUrl() {
  return z.url({ protocol: /^https$/, error: "must be an https:// address" }).superRefine((text, context) => {
    const problem = urlProblem(text);
    if (problem) context.addIssue({ code: "custom", message: problem });
  });
}

/** What programs would not read alike, or not reach. */
function hostProblem({ hostname, origin, port }: URL, text: string): string | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(address) === 0 && !dottedLabels.test(hostname))
    return "has a host that is no name, or ends with a dot: write it as its certificate has it";
  if (port === "0") return "has the port 0, which nobody listens on";
  if (/^(localhost|127\..*|::1)$/.test(address))
    return "is whoever uses it itself, for each pod another one: write a name that all of them resolve";
  const [, written] = /^([^/]*\/\/[^/]*?)(:443)?(\/|$)/.exec(text) ?? [];
  return written === origin ? undefined : `is not as programs compare addresses: write ${origin}`;
}

function urlProblem(text: string): string | undefined {
  const url = parsed(text);
  if (!url) return undefined;
  if (url.username || url.password) return "holds a user or a password, and settings are public: leave them out";
  if (/[?#]/.test(text)) return "has a query or a fragment: leave it out";
  // `URL` would encode or drop these; the settings are written into YAML and into the collector's language as they are.
  if (!/^[\w.~:/@!$&()*+,;=%[\]-]+$/.test(text))
    return "holds a quote, a space or another character that is no part of a URL";
  return undefined;
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** Mount of a secrets engine in Vault: Vault would take slashes at its ends, and the paths made of it would not. */
export const vaultMount = z
  .string()
  .regex(
    /^[\w.-]+(\/[\w.-]+)*$/,
    "must be the mount's path without a slash at its ends: letters, digits, _, - and ., with / between parts",
  );

/** The grammar of `distribution/reference`, which every container runtime uses. */
const image = {
  host: String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d+)?`,
  path: String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`,
  tag: String.raw`:\w[\w.-]{0,127}`,
  digest: String.raw`@sha256:[0-9a-f]{64}`,
};
const imageName = `(?:${image.host}/)?${image.path}(?:/${image.path})*`;

/** Image with a tag or digest, so that the same settings deploy the same program. */
export const imageReference = z
  .string()
  .regex(
    new RegExp(`^${imageName}(?:${image.tag})?(?:${image.digest})?$`),
    "must be an image as container runtimes take it, for example registry.example/jaeger:1.2.3",
  )
  .refine((text) => new RegExp(`(?:${image.tag}|${image.digest})$`).test(text), {
    error: "needs a tag or a digest",
  })
  .refine((text) => !text.endsWith(":latest"), {
    error: "is another program tomorrow: name the version instead of latest",
  });

/** Registry, with or without a path, that stands before the names of images. */
export const imageRegistry = z
  .string()
  .regex(
    new RegExp(`^${image.host}(?:/${image.path})*$`),
    "must be a registry as it stands before an image's name: a host, perhaps a port and a path, without https:// and without a slash at the end",
  );

/** Path of a file. Not empty: that would be the project's folder. */
export const filePath = z.string().regex(/^[^\0\r\n]+$/, "must be the path of a file");

/** A program with its arguments: no shell reads it. Relative paths start from the project's root. */
export const commandLine = z.array(z.string().min(1)).min(1);
