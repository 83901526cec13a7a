import { execFile } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { duplexPair } from "node:stream";
import { open, viewHosts, wayTo } from "../tunnels/way.ts";

describe("ways into the company's network", () => {
  it("leads to a view through the ingress, and says who the client is", () => {
    expect(viewHosts).toContain("all.traces.alexandrite.test");
    for (const host of viewHosts) {
      expect(wayTo(host, 8443)).toEqual({
        target: { namespace: "ingress", service: "traefik", port: 8443 },
        greeting: "PROXY TCP4 10.8.0.10 127.0.0.1 50000 8443\r\n",
      });
    }
    expect(wayTo("all.traces.alexandrite.test", 8443, "2001:db8::7").greeting).toBe(
      "PROXY TCP6 2001:db8::7 ::1 50000 8443\r\n",
    );
  });

  it("leads to the sign-in, and to plain HTTP, without a word", () => {
    expect(wayTo("login.alexandrite.test", 8443)).toEqual({
      target: { namespace: "identity", service: "login", port: 8443 },
    });
    expect(wayTo("shop.traces.alexandrite.test", 8000)).toEqual({
      target: { namespace: "ingress", service: "traefik", port: 8000 },
    });
  });

  it.each([
    ["other.traces.alexandrite.test", 8443],
    ["traces.alexandrite.test", 8443],
    ["all.traces.alexandrite.test", 443],
    ["login.alexandrite.test", 8000],
    // A word that is no number.
    ["all.traces.alexandrite.test", Number.NaN],
  ])("knows no %s %s, and names what it knows", (host, port) => {
    expect(() => wayTo(host, port)).toThrow(/shop\.traces\.alexandrite\.test 8443\n.*login\.alexandrite\.test 8443$/s);
  });

  it.each(["", "10.8.0", "10.8.0.0/16", "10.8.0.10\r\nGET /", "all"])("takes no client %j", (client) => {
    expect(() => wayTo("all.traces.alexandrite.test", 8443, client)).toThrow(/is no IP address/);
  });

  it("says the greeting before anything else", async () => {
    const [near, far] = duplexPair();
    const stream = await open({ target: { namespace: "n", service: "s", port: 1 }, greeting: "hello " }, () =>
      Promise.resolve(near),
    );
    stream.end("world");
    const chunks: Buffer[] = [];
    far.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(far, "end");
    expect(Buffer.concat(chunks).toString()).toBe("hello world");
  });
});

it("the command refuses on standard error alone", async () => {
  const vpn = join(import.meta.dirname, "../tunnels/vpn.ts");
  const args = [vpn, "all.traces.alexandrite.test", "https"];
  const result = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) =>
    execFile(process.execPath, args, (error, stdout, stderr) => resolve({ code: error?.code, stdout, stderr })),
  );
  expect(result).toMatchObject({ code: 1, stdout: "" });
  expect(result.stderr).toMatch(/no all\.traces.* NaN/);
});
