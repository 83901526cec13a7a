import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { Agent } from "undici";
import { ImageRegistries } from "../../lib/image-registry.ts";

/** A registry and who gives its tokens, on loopback, under names of the network. */

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

const index = { manifests: [{ platform: { os: "linux", architecture: "amd64" } }, { platform: { os: "unknown" } }] };
const error = (code: string) => ({ errors: [{ code, message: "…" }] });
const bearer = 'Bearer realm="https://auth.example/token",service="registry.example"';
const challenge = { status: 401, headers: { "www-authenticate": bearer }, body: error("UNAUTHORIZED") };

let server: Server;
let seen: string[];
let answers: Record<string, Answer | ((request: IncomingMessage) => Answer)>;
let registries: ImageRegistries;

beforeAll(async () => {
  server = createServer((request, response) => {
    const place = `${request.method} ${request.headers.host}${request.url}`;
    seen.push(`${place}${request.headers.authorization ? ` ${request.headers.authorization}` : ""}`);
    const rule = answers[place] ??
      answers[place.replace(/^HEAD/, "GET")] ?? { status: 404, body: error("NAME_UNKNOWN") };
    const { status, headers, body } = typeof rule === "function" ? rule(request) : rule;
    response.writeHead(status, headers);
    response.end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  [seen, answers] = [[], {}];
  const { port } = server.address() as AddressInfo;
  // TLS is the network's: here every name leads to the server itself.
  const dispatcher = new Agent({
    connect: ({ hostname }, done) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () =>
        hostname === "nowhere.invalid"
          ? done(new Error("getaddrinfo ENOTFOUND nowhere.invalid"), null)
          : done(null, socket),
      );
    },
  });
  registries = new ImageRegistries(dispatcher);
});
afterEach(() => registries.close());

const manifest = (name: string, reference: string, host = "registry.example") =>
  `GET ${host}/v2/${name}/manifests/${reference}`;

test("an image that is there, for these platforms", async () => {
  answers = { [manifest("team/agent", "1.0")]: { status: 200, body: index } };
  expect(await registries.ask("registry.example/team/agent:1.0")).toEqual({
    state: "there",
    platforms: [{ os: "linux", architecture: "amd64" }],
  });
});

test("one asks once, however many want to know", async () => {
  answers = { [manifest("team/agent", "1.0")]: { status: 200, body: index } };
  await Promise.all([1, 2, 3].map(() => registries.ask("registry.example/team/agent:1.0")));
  expect(seen).toEqual([
    "HEAD registry.example/v2/team/agent/manifests/1.0",
    "GET registry.example/v2/team/agent/manifests/1.0",
  ]);
});

test("an image of one platform says it in its configuration", async () => {
  answers = {
    [manifest("team/agent", "1.0")]: { status: 200, body: { config: { digest: "sha256:c0" } } },
    "GET registry.example/v2/team/agent/blobs/sha256:c0": {
      status: 302,
      headers: { location: "https://cdn.example/c0" },
    },
    "GET cdn.example/c0": { status: 200, body: { os: "linux", architecture: "arm64", history: [] } },
  };
  expect(await registries.ask("registry.example/team/agent:1.0")).toMatchObject({
    platforms: [{ os: "linux", architecture: "arm64" }],
  });
});

test("a registry that gives anybody a token is asked with it, once", async () => {
  answers = {
    [manifest("library/agent", "1.0", "registry-1.docker.io")]: ({ headers }) =>
      headers.authorization === "Bearer t" ? { status: 200, body: index } : challenge,
    "GET auth.example/token?service=registry.example&scope=repository%3Alibrary%2Fagent%3Apull": {
      status: 200,
      body: { token: "t" },
    },
  };
  expect(await registries.ask("agent:1.0")).toMatchObject({ state: "there" });
  expect(seen.filter((line) => line.startsWith("GET auth.example"))).toHaveLength(1);
});

test.each<[string, Answer]>([
  ["no token for strangers", { status: 403 }],
  ["a token that opens nothing", { status: 200, body: { access_token: "t" } }],
])("%s: it wants a login", async (_, token) => {
  answers = {
    [manifest("team/agent", "1.0")]: challenge,
    "GET auth.example/token?service=registry.example&scope=repository%3Ateam%2Fagent%3Apull": token,
  };
  expect(await registries.ask("registry.example/team/agent:1.0")).toEqual({ state: "login" });
});

test("Basic, and a realm without TLS: no token is asked for", async () => {
  for (const header of ['Basic realm="r"', bearer.replace("https", "http")]) {
    answers = {
      [manifest("team/agent", header.length.toString())]: { ...challenge, headers: { "www-authenticate": header } },
    };
    expect(await registries.ask(`registry.example/team/agent:${header.length}`)).toEqual({ state: "login" });
  }
  expect(seen.filter((line) => !line.includes("/manifests/"))).toEqual([]);
});

test("only a registry's own 404 counts", async () => {
  expect(await registries.ask("registry.example/team/agent:2.0")).toEqual({ state: "missing" });
  answers = { [manifest("team/agent", "3.0")]: { status: 404, body: "<html>Not here</html>" } };
  expect(await registries.ask("registry.example/team/agent:3.0")).toEqual({
    state: "unknown",
    reason: "registry.example answers HTTP 404",
  });
});

test("a cache that holds an image only when somebody gets it", async () => {
  answers = {
    "HEAD registry.example/v2/team/agent/manifests/1.0": { status: 404 },
    [manifest("team/agent", "1.0")]: { status: 200, body: index },
  };
  expect(await registries.ask("registry.example/team/agent:1.0")).toMatchObject({ state: "there" });
});

test.each([
  [
    "nobody of that name",
    "nowhere.invalid/agent:1.0",
    "nowhere.invalid does not answer from here: getaddrinfo ENOTFOUND",
  ],
  ["too many questions", "registry.example/team/busy:1.0", "registry.example answers HTTP 429"],
  ["a name that each node has for itself", "localhost:5000/agent:1.0", "localhost:5000 is another one on each node"],
])("%s: nothing is known", async (_, image, reason) => {
  answers = { [manifest("team/busy", "1.0")]: { status: 429, body: error("TOOMANYREQUESTS") } };
  expect(await registries.ask(image)).toEqual({ state: "unknown", reason: expect.stringContaining(reason) as string });
});
