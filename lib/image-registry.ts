import { EnvHttpProxyAgent, fetch, type Dispatcher, type Response } from "undici";
import { defaultRegistry, imageParts } from "./image-name.ts";

/** What a registry says of an image to somebody without a login. */
export type Shown =
  | { state: "there"; platforms: readonly Platform[] }
  | { state: "missing" }
  /** It may be private, or not be there: registries do not tell strangers which. */
  | { state: "login" }
  /** Nobody answered, or not as a registry does. */
  | { state: "unknown"; reason: string };

/** For which nodes an image is: `linux`, `amd64`. */
interface Platform {
  os: string;
  architecture: string;
}

const indexes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const manifests = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const accept = [...indexes, ...manifests].join(", ");

/** Milliseconds for all questions about one image. */
const patienceMs = 8_000;

/**
 * Asks registries of images by the API of the OCI's distribution specification, as anybody may. No credentials are sent.
 * A proxy of the environment (`HTTPS_PROXY`, `NO_PROXY`) is used.
 */
export class ImageRegistries {
  readonly #dispatcher: Dispatcher;
  /** One stack asks for the same image from many sides. */
  readonly #answers = new Map<string, Promise<Shown>>();

  /** @param dispatcher way to the registries; default: the network's, which has to be closed. */
  constructor(dispatcher: Dispatcher = new EnvHttpProxyAgent({ connect: { timeout: patienceMs } })) {
    this.#dispatcher = dispatcher;
  }

  /** @param image its full name, see `imageOf` in `config/settings.ts`. */
  ask(image: string): Promise<Shown> {
    const known = this.#answers.get(image);
    if (known) return known;
    const answer = this.#ask(image);
    this.#answers.set(image, answer);
    return answer;
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }

  async #ask(image: string): Promise<Shown> {
    const { registry, repository, reference } = imageParts(image);
    const [host = ""] = registry.split(":");
    // On a node that is the node itself.
    if (/^(localhost|127[.]|\[)/.test(host))
      return { state: "unknown", reason: `${registry} is another one on each node` };
    const base = `https://${registry === defaultRegistry ? "registry-1.docker.io" : registry}/v2/${repository}`;
    const caller = new Caller(this.#dispatcher, repository);
    try {
      // Public registries count GET, and not HEAD, against what a stranger may pull. Some know no HEAD, or only what they hold.
      const manifest = `${base}/manifests/${reference}`;
      const head = await caller.call(manifest, "HEAD");
      const answer = head.ok || caller.wantsLogin(head) ? head : await caller.call(manifest, "GET");
      if (caller.wantsLogin(answer)) return { state: "login" };
      if (answer.ok) return { state: "there", platforms: await platformsOf(caller, base, manifest) };
      return await absent(answer, registry);
    } catch (error) {
      return { state: "unknown", reason: `${registry} does not answer from here: ${reasonOf(error)}` };
    }
  }
}

/** Asks one registry about one repository, with the token that it gives to anybody. */
class Caller {
  readonly #dispatcher: Dispatcher;
  readonly #repository: string;
  readonly #signal = AbortSignal.timeout(patienceMs);
  #token: string | undefined;

  constructor(dispatcher: Dispatcher, repository: string) {
    this.#dispatcher = dispatcher;
    this.#repository = repository;
  }

  async call(url: string, method: "GET" | "HEAD"): Promise<Response> {
    const answer = await this.#fetch(url, method);
    if (answer.status !== 401 || this.#token !== undefined) return answer;
    this.#token = await this.#anonymousToken(answer.headers.get("www-authenticate") ?? "");
    return this.#token === undefined ? answer : this.#fetch(url, method);
  }

  wantsLogin({ status }: Response): boolean {
    return status === 401 || status === 403;
  }

  async #fetch(url: string, method: "GET" | "HEAD"): Promise<Response> {
    const headers = { accept, ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }) };
    return fetch(url, { method, headers, dispatcher: this.#dispatcher, signal: this.#signal });
  }

  /** @param challenge for example `Bearer realm="https://auth.example/token",service="registry.example"`. */
  async #anonymousToken(challenge: string): Promise<string | undefined> {
    const said = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]));
    const realm = said.get("realm") ?? "";
    if (!/^bearer\s/i.test(challenge) || !realm.startsWith("https://")) return undefined;
    const url = new URL(realm);
    const service = said.get("service");
    if (service !== undefined) url.searchParams.set("service", service);
    url.searchParams.set("scope", said.get("scope") ?? `repository:${this.#repository}:pull`);
    const answer = await fetch(url, { dispatcher: this.#dispatcher, signal: this.#signal });
    if (!answer.ok) return undefined;
    const { token, access_token } = (await answer.json()) as { token?: string; access_token?: string };
    return token ?? access_token;
  }
}

interface Manifest {
  manifests?: { platform?: Partial<Platform> }[];
  config?: { digest: string };
}

/** Of an index those of its images; of a single image what its configuration says. */
async function platformsOf(caller: Caller, base: string, manifest: string): Promise<Platform[]> {
  const answer = await caller.call(manifest, "GET");
  if (!answer.ok) return [];
  const { manifests = [], config } = (await answer.json()) as Manifest;
  if (config) {
    const blob = await caller.call(`${base}/blobs/${config.digest}`, "GET");
    return blob.ok ? [(await blob.json()) as Platform] : [];
  }
  // Attestations stand in an index as images for a platform that there is not.
  return manifests.flatMap(({ platform: { os = "", architecture = "" } = {} }) =>
    os === "" || os === "unknown" ? [] : [{ os, architecture }],
  );
}

/** A 404 counts where a registry says it: proxies and gateways have one too. */
async function absent(answer: Response, registry: string): Promise<Shown> {
  const said = (await answer.json().catch(() => undefined)) as { errors?: { code?: string }[] } | undefined;
  return answer.status === 404 && Array.isArray(said?.errors)
    ? { state: "missing" }
    : { state: "unknown", reason: `${registry} answers HTTP ${answer.status}` };
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
