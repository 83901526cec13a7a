import type { IncomingMessage } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { viewConnector } from "../../../lib/access/connect.ts";
import { AskError } from "../../../lib/ask-error.ts";
import { openViews } from "../../../lib/jaeger/views.ts";
import { tokenOf, ViewServer } from "../../support/view-server.ts";

const host = "shop.traces.example";
const later = Math.floor(Date.now() / 1000) + 3600;
const token = tokenOf({ sub: "1", email: "shop.developer@company.example", groups: ["team-shop"], exp: later });

let seen: IncomingMessage | undefined;
let status = 200;
const server = new ViewServer(host, (request, response) => {
  seen = request;
  response.writeHead(status).end(status === 200 ? JSON.stringify({ services: ["shop-api"] }) : "<html>refused</html>");
});
/** Goes to a port of this machine, whatever host it is told: what it is told, it says on standard error. */
let forward: string[];

beforeAll(async () => {
  await server.listen();
  forward = server.program(
    "forward",
    `const [host, port, to] = process.argv.slice(2);
     if (host !== ${JSON.stringify(host)} || port !== "8443") process.exit(7);
     const socket = require("node:net").connect(Number(to), "127.0.0.1");
     process.stdin.pipe(socket).pipe(process.stdout);
     socket.on("close", () => process.exit(0)).on("error", () => process.exit(3));`,
  );
});
afterAll(() => server.close());
beforeEach(() => {
  seen = undefined;
  status = 200;
  process.env["TRACING_ACCESS_TOKEN"] = token;
});
afterEach(() => {
  delete process.env["TRACING_ACCESS_TOKEN"];
});

async function ask(changes: object = {}, to = server.port, view = "shop"): Promise<string[]> {
  await using views = openViews(
    {
      access: {
        domain: "traces.example",
        port: 8443,
        roles: { support: { groups: ["s"], views: ["all"] }, "shop-team": { groups: ["team-shop"], views: ["shop"] } },
        proxyCommand: [...forward, "%h", "%p", String(to)],
        ...changes,
      },
      vault: { caFile: server.caFile },
    },
    server.directory,
  );
  return await views.view(view).services();
}

async function errorOf(request: Promise<unknown>): Promise<AskError> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AskError);
  expect((error as Error).message).not.toContain(token);
  return error as AskError;
}

test("a view is opened by its host, through the command, with the token of the environment", async () => {
  expect(await ask()).toEqual(["shop-api"]);
  expect(seen?.headers.authorization).toBe(`Bearer ${token}`);
  expect(seen?.headers.host).toBe(`${host}:8443`);
});

test("without a command the host is asked straight", async () => {
  const error = await errorOf(ask({ proxyCommand: undefined }));
  expect(error.message).toContain("shop.traces.example:8443 cannot be reached");
});

test("the token comes from the settings' command where the environment has none, once for many questions", async () => {
  delete process.env["TRACING_ACCESS_TOKEN"];
  const command = server.program(
    "token",
    `require("node:fs").appendFileSync("runs", "x"); console.log(${JSON.stringify(token)});`,
  );
  await using views = openViews(
    {
      access: {
        domain: "traces.example",
        port: 8443,
        roles: {},
        tokenCommand: command,
        proxyCommand: [...forward, "%h", "%p", String(server.port)],
      },
      vault: { caFile: "ca.crt" },
    },
    server.directory,
  );
  await Promise.all([views.view("shop").services(), views.view("shop").services()]);
  await views.view("shop").services();
  expect(seen?.headers.authorization).toBe(`Bearer ${token}`);
  const { readFileSync } = await import("node:fs");
  expect(readFileSync(`${server.directory}/runs`, "utf8")).toBe("x");
});

test("a token that ends soon is fetched again", async () => {
  delete process.env["TRACING_ACCESS_TOKEN"];
  const short = server.program(
    "short",
    `require("node:fs").appendFileSync("short-runs", "x");
     const claims = { exp: Math.floor(Date.now() / 1000) + 5 };
     console.log("e30." + Buffer.from(JSON.stringify(claims)).toString("base64url") + ".e30");`,
  );
  await using views = openViews(
    {
      access: {
        domain: "traces.example",
        port: 8443,
        roles: {},
        tokenCommand: short,
        proxyCommand: [...forward, "%h", "%p", String(server.port)],
      },
      vault: { caFile: "ca.crt" },
    },
    server.directory,
  );
  await views.view("shop").services();
  await views.view("shop").services();
  const { readFileSync } = await import("node:fs");
  expect(readFileSync(`${server.directory}/short-runs`, "utf8")).toBe("xx");
});

describe("what is wrong is said", () => {
  test("no token, and no command", async () => {
    delete process.env["TRACING_ACCESS_TOKEN"];
    expect((await errorOf(ask())).message).toContain("write:   export TRACING_ACCESS_TOKEN=");
    expect(seen).toBeUndefined();
  });

  test("something else than a token, which is not shown", async () => {
    process.env["TRACING_ACCESS_TOKEN"] = "a-password";
    const { message } = await errorOf(ask());
    expect(message).toContain("TRACING_ACCESS_TOKEN gives no token");
    expect(message).not.toContain("a-password");
  });

  test("a command that fails, or is not there", async () => {
    delete process.env["TRACING_ACCESS_TOKEN"];
    const failing = server.program("failing", "process.exit(4)");
    expect((await errorOf(ask({ tokenCommand: failing }))).message).toMatch(/access\.tokenCommand failed: .* code 4/);
    expect((await errorOf(ask({ tokenCommand: ["/nowhere/token"] }))).message).toContain(
      "access.tokenCommand cannot be",
    );
    process.env["TRACING_ACCESS_TOKEN"] = token;
    expect((await errorOf(ask({ proxyCommand: ["/nowhere/proxy"] }))).message).toContain(
      "access.proxyCommand cannot be",
    );
    expect((await errorOf(ask({ proxyCommand: failing }))).message).toMatch(/access\.proxyCommand failed: .* code 4/);
  });

  test("a token that is not taken, and one that has ended", async () => {
    status = 401;
    expect((await errorOf(ask())).message).toContain("does not take the token: issuer, client");
    process.env["TRACING_ACCESS_TOKEN"] = tokenOf({ exp: 1_000_000_000 });
    expect((await errorOf(ask())).message).toContain("it ended at 2001-09-09T01:46:40.000Z");
  });

  test("an account that may not, with the roles that may", async () => {
    status = 403;
    const error = await errorOf(ask());
    expect(error.message).toContain(
      "The account shop.developer@company.example (groups: team-shop) may not see view shop. Roles that may: shop-team ",
    );
    // Asking again does not help.
    expect(error.transient).toBe(false);
    process.env["TRACING_ACCESS_TOKEN"] = tokenOf({ sub: "robot" });
    expect((await errorOf(ask())).message).toContain("robot, which has no mail address (groups: none)");
  });

  test("a certificate for another host, or of another CA", async () => {
    const elsewhere = server.program(
      "elsewhere",
      `const socket = require("node:net").connect(${server.port}, "127.0.0.1");
       process.stdin.pipe(socket).pipe(process.stdout);`,
    );
    const { message } = await errorOf(ask({ proxyCommand: elsewhere }, server.port, "crm"));
    expect(message).toContain("The certificate of crm.traces.example was refused");
    expect(message).toContain("vault.caFile");
    expect(seen).toBeUndefined();
  });

  test("an allow-list that closes the connection, straight and behind a command", async () => {
    const closing = server.program("closing", `process.stdin.once("data", () => process.exit(0));`);
    const { message } = await errorOf(ask({ proxyCommand: closing }));
    expect(message).toContain("Are you in the VPN? Only access.vpnRanges are let in.");

    const refusing = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = refusing.address() as AddressInfo;
      const connect = viewConnector({ host: "localhost", port, ca: "", directory: "." });
      const error = await new Promise<Error | null>((resolve) =>
        connect({} as never, (...[reason]) => resolve(reason)),
      );
      expect(error?.message).toContain(`localhost:${port} closed the connection before TLS began. Are you in the VPN?`);
    } finally {
      await new Promise((resolve) => refusing.close(resolve));
    }
  });

  test("a command that finds nobody there", async () => {
    const error = await errorOf(ask({}, 1));
    expect(error.message).toMatch(/access\.proxyCommand failed: .* code 3/);
  });
});
