import { createServer as createProxy } from "node:http";
import { connect, createServer, type AddressInfo } from "node:net";
import { VaultClient } from "../../lib/vault-client.ts";
import { companyCa } from "../support/context.ts";
import { errorOf, VaultServer } from "../support/vault-server.ts";

describe("Vault's API", () => {
  let vault: VaultServer;
  beforeAll(async () => {
    vault = await new VaultServer().listen();
  });
  afterAll(() => vault.close());

  test("sends token and body, and gives the answer's JSON, or nothing for an empty one", async () => {
    vault.says(200, { data: { data: { a: 1 } } });
    expect(await vault.client().read("secret/data/x")).toEqual({ data: { data: { a: 1 } } });
    expect(vault.seen).toMatchObject({ method: "GET", url: "/v1/secret/data/x", body: "" });
    expect(vault.seen.headers).toMatchObject({ "x-vault-token": "s.token", "x-vault-request": "true" });
    vault.says(204, "");
    expect(await vault.client().write("sys/mounts/x", { type: "database" })).toBeUndefined();
    expect(vault.seen).toMatchObject({ method: "POST", body: '{"type":"database"}' });
  });

  test("asks in its namespace, and in the root without one", async () => {
    vault.says(200, {});
    await vault.client().read("sys/mounts");
    expect(vault.seen.headers).not.toHaveProperty("x-vault-namespace");
    await new VaultClient({ address: vault.address, ca: vault.ca, namespace: "admin/tracing" }).read("sys/mounts");
    expect(vault.seen.headers).toMatchObject({ "x-vault-namespace": "admin/tracing" });
  });

  test.each([
    ["sealed", 503, { errors: ["Vault is sealed"] }, "Vault is sealed: unseal it and run again"],
    ["forbidden", 403, { errors: ["1 error occurred:", "permission denied"] }, "1 error occurred:; permission denied"],
    ["absent", 404, { errors: [] }, ""],
    ["a proxy in between", 502, "<html>bad gateway</html>", "<html>bad gateway</html>"],
  ])("%s: address, path, status and Vault's own words", async (_, status, body, words) => {
    vault.says(status, body);
    const error = await errorOf(vault.client().write("secret/data/x", { data: { password: "hidden" } }));
    expect(error.status).toBe(status);
    expect(error.message).toBe(`Vault at ${vault.address}: POST secret/data/x: ${status} ${words}`);
    expect(error.message).not.toMatch(/hidden|s\.token/);
  });

  test("goes by the proxy of the environment, as Vault's own provider, and verifies what is behind it", async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createProxy().on("connect", ({ url }, socket) => {
      asked.push(url);
      const { hostname, port } = new URL(`http://${url}`);
      const behind = connect(Number(port), hostname, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(behind).pipe(socket);
      });
      for (const one of [socket, behind]) one.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const before = process.env["https_proxy"];
    process.env["https_proxy"] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      vault.says(200, {});
      await vault.client().read("sys/health");
      expect(asked).toEqual([new URL(vault.address).host]);
      const other = new VaultClient({ address: vault.address, ca: companyCa });
      expect((await errorOf(other.read("sys/health"))).message).toMatch(/cannot be reached: .*certificate/);
    } finally {
      if (before === undefined) delete process.env["https_proxy"];
      else process.env["https_proxy"] = before;
      proxy.close();
      proxy.closeAllConnections();
    }
  });

  test("a Vault that is not there, or whose certificate another CA signed, is named", async () => {
    // jest's own Error class hides the reason from `instanceof`; what counts here is that both fail, as an error for people.
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
    const nowhere = `https://127.0.0.1:${(free.address() as AddressInfo).port}`;
    await new Promise((resolve) => free.close(resolve));
    for (const [url, ca] of [
      [nowhere, vault.ca],
      [vault.address, companyCa],
    ] as const) {
      const error = await errorOf(new VaultClient({ address: url, ca, token: "s.token" }).read("x"));
      expect(error.status).toBe(0);
      expect(error.message.startsWith(`Vault at ${url} cannot be reached: `)).toBe(true);
      expect(error.message).not.toContain("s.token");
    }
  });
});
