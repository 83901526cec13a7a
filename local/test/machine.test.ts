import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ownLoopback } from "../tunnels/loopback.ts";

const run = promisify(execFile);
const local = (path: string) => JSON.stringify(join(import.meta.dirname, "..", path));
const evaluate = async (code: string, env: NodeJS.ProcessEnv = process.env): Promise<string> =>
  (await run(process.execPath, ["--input-type=module", "-e", code], { env })).stdout.trim();

describe("names of Services on this machine", () => {
  const lookup = (name: string, address?: string) =>
    evaluate(
      `import dns from "node:dns";
       import { promisify } from "node:util";
       const all = [
         new Promise((resolve) => dns.lookup(${JSON.stringify(name)}, (error, address) => resolve(error?.code ?? address))),
         new Promise((resolve) => dns.lookup(${JSON.stringify(name)}, { all: true }, (error, found) => resolve(error?.code ?? found[0].address))),
         promisify(dns.lookup)(${JSON.stringify(name)}).then(({ address }) => address, ({ code }) => code),
         dns.promises.lookup(${JSON.stringify(name)}, { all: true }).then(([{ address }]) => address, ({ code }) => code),
       ];
       console.log([...new Set(await Promise.all(all))].join());`,
      {
        ...process.env,
        NODE_OPTIONS: `--import ${join(import.meta.dirname, "../tunnels/service-names.mjs")}`,
        ORDER_TRACING_SERVICES: address,
      },
    );

  test("lead to the tunnels, in every way that Node has to ask", async () => {
    expect(await lookup("vault.vault.svc", "127.70.1.2")).toBe("127.70.1.2");
  });

  test("other names, and all names without tunnels, go the usual way", async () => {
    expect(await lookup("localhost", "127.70.1.2")).toMatch(/^(127\.0\.0\.1|::1)/);
    expect(await lookup("vault.vault.svc")).not.toContain("127.");
  });

  test("two processes never share an address", () => {
    const pids = [1, 255, 256, 65_535, 65_536, 65_537, 131_072, 4_194_303];
    const addresses = pids.map(ownLoopback);
    expect(new Set(addresses).size).toBe(pids.length);
    expect(addresses.every((address) => isIPv4(address) && address.startsWith("127."))).toBe(true);
    expect(addresses).not.toContain("127.0.0.1");
  });
});

describe("what the images need", () => {
  let bin: string;
  const program = (name: string, output: string, code = 0) => {
    writeFileSync(join(bin, name), `#!/bin/sh\necho '${output}'\nexit ${code}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const problems = async (): Promise<string[]> =>
    JSON.parse(
      await evaluate(
        `import { checkImagePrerequisites } from ${local("images/prerequisites.ts")};
         console.log(JSON.stringify(await checkImagePrerequisites()));`,
        { ...process.env, PATH: bin },
      ),
    ) as string[];

  beforeEach(async () => {
    bin = mkdtempSync(join(tmpdir(), "order-tracing-bin-"));
    symlinkSync((await run("sh", ["-c", "command -v go"])).stdout.trim(), join(bin, "go"));
    program("mvn", "Java version: 17.0.15, vendor: Debian");
    program("javac", "javac 21.0.2");
  });
  afterEach(() => rmSync(bin, { recursive: true }));

  test("nothing is wrong with Go and a Java of 17 or later", async () => {
    expect(await problems()).toEqual([]);
  });

  test("a missing Java is no problem: Debian's packages bring it; a missing Go is one, said once", async () => {
    for (const name of ["mvn", "javac", "go"]) rmSync(join(bin, name));
    expect(await problems()).toEqual([expect.stringMatching(/no "go" on PATH\. Install/)]);
  });

  test("a Java that is too old or broken is named, with what to do", async () => {
    program("mvn", "Java version: 1.8.0_392, vendor: Temurin");
    program("javac", "Error: could not find libjava.so", 1);
    expect(await problems()).toEqual([
      expect.stringMatching(/^"mvn -version" says: Java version: 1\.8\.0_392.*: install a JDK 17 or later/),
      expect.stringMatching(/^"javac -version" fails.*: install a JDK 17 or later/),
    ]);
  });
});
