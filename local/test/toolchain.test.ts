import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import * as tar from "tar";
import { download, reachable } from "../toolchain/download.ts";
import { partIds, partOf, parts, type Part } from "../toolchain/parts.ts";
import { readPins } from "../toolchain/pins.ts";
import { ensureEntry } from "../toolchain/store.ts";

const run = promisify(execFile);
const repository = join(__dirname, "..", "..");
const never = new AbortController().signal;
const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "toolchain-test-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("table of parts", () => {
  const all: [string, Part][] = Object.entries(parts);

  test.each(all)("%s has a module with locked versions", (_, { module, collectorBuilder }) => {
    for (const path of [module, collectorBuilder ?? module]) {
      expect(existsSync(join(path, "go.mod"))).toBe(true);
      expect(existsSync(join(path, "go.sum"))).toBe(true);
    }
  });

  test("a binary belongs to one part", () => {
    const names = all.flatMap(([, { binaries }]) => Object.keys(binaries));
    expect(new Set(names).size).toBe(names.length);
    expect(partOf("kubelet")).toBe("kubernetes");
    expect(partIds[0]).toBe("etcd");
  });

  test("every pin is of a release in the table", () => {
    const urls = all.flatMap(([, { binaries }]) => Object.values(binaries)).map(({ release }) => release?.url);
    for (const url of Object.keys(readPins())) expect(urls).toContain(url);
  });
});

describe("downloading a release", () => {
  const program = Buffer.from("#!/bin/sh\necho hello\n");
  // An archive with one file, bin/tool, that holds `program`.
  const zip = Buffer.from(
    "UEsDBBQAAAAAAAAAIQB51D8XFQAAABUAAAAIAAAAYmluL3Rvb2wjIS9iaW4vc2gKZWNobyBoZWxsbwpQSwECFAMUAAAAAAAAACEAedQ/FxUAAAAVAAAACAAAAAAAAAAAAAAAgAEAAAAAYmluL3Rvb2xQSwUGAAAAAAEAAQA2AAAAOwAAAAAA",
    "base64",
  );
  let server: Server;
  let origin: string;
  let tgz: Buffer;

  beforeAll(async () => {
    const source = mkdtempSync(join(tmpdir(), "toolchain-tar-"));
    mkdirSync(join(source, "v1"));
    writeFileSync(join(source, "v1", "tool"), program);
    await tar.create({ gzip: true, cwd: source, file: join(source, "tool.tgz") }, ["v1"]);
    tgz = readFileSync(join(source, "tool.tgz"));
    rmSync(source, { recursive: true });
    const files: Record<string, Buffer> = { "/tool": program, "/tool.tgz": tgz, "/tool.zip": zip };
    server = createServer((request, response) => {
      const file = files[request.url ?? ""];
      response.writeHead(file ? 200 : 404).end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test.each([
    ["a plain binary", "/tool", undefined, () => program],
    ["a tar", "/tool.tgz", "v1/tool", () => tgz],
    ["a zip", "/tool.zip", "bin/tool", () => zip],
  ])("takes %s with the pinned checksum", async (_, path, member, data) => {
    const target = join(folder, "tool");
    await download({ url: origin + path, ...(member && { member }) }, sha256(data()), target, never);
    expect(readFileSync(target)).toEqual(program);
    expect(statSync(target).mode & 0o777).toBe(0o755);
    expect(readdirSync(folder)).toEqual(["tool"]);
  });

  test.each([
    ["another checksum", "/tool", undefined, "0".repeat(64), /has the sha256 [0-9a-f]{64}, pinned is 0{64}: refused/],
    ["no such file", "/nothing", undefined, "0".repeat(64), /answers 404/],
  ])("refuses %s and leaves nothing", async (_, path, member, sum, message) => {
    const target = join(folder, "tool");
    await expect(download({ url: origin + path, member }, sum, target, never)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("names a member that is not in the archive", async () => {
    const release = { url: `${origin}/tool.tgz`, member: "v2/tool" };
    await expect(download(release, sha256(tgz), join(folder, "tool"), never)).rejects.toThrow("has no member v2/tool");
  });

  test("tells a host that answers from one that does not", async () => {
    expect(await reachable(`${origin}/tool`)).toBe(true);
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect(await reachable(`http://127.0.0.1:${port}/tool`)).toBe(false);
  });
});

describe("the store", () => {
  const entry = (make: (staging: string) => Promise<void>, waiting?: () => void) => ({
    folder,
    hash: "abc",
    make,
    waiting,
  });
  const visible = () => readdirSync(folder).filter((name) => name !== ".lock");

  test("two at once: one makes it, the other waits for it and uses it", async () => {
    let made = 0;
    let waited = 0;
    const make = async (staging: string) => {
      made++;
      await sleep(300);
      writeFileSync(join(staging, "tool"), "");
    };
    const paths = await Promise.all(
      [1, 2].map(() =>
        ensureEntry(
          entry(make, () => waited++),
          never,
        ),
      ),
    );
    expect([made, waited]).toEqual([1, 1]);
    expect(paths).toEqual([join(folder, "abc"), join(folder, "abc")]);
    expect(readdirSync(folder)).toEqual(["abc"]);
  });

  test("a failure leaves nothing, and the next try starts afresh", async () => {
    const fail = (staging: string) => {
      writeFileSync(join(staging, "half"), "");
      return Promise.reject(new Error("no"));
    };
    await expect(ensureEntry(entry(fail), never)).rejects.toThrow("no");
    expect(visible()).toEqual([]);
    await ensureEntry(
      entry(() => Promise.resolve()),
      never,
    );
    expect(visible()).toEqual(["abc"]);
  });

  test("what a killed run left is removed", async () => {
    mkdirSync(join(folder, ".staging-old"));
    await ensureEntry(
      entry(() => Promise.resolve()),
      never,
    );
    expect(visible()).toEqual(["abc"]);
  });

  test("an abort ends the waiting for another run", async () => {
    const first = ensureEntry(
      entry(() => sleep(1000)),
      never,
    );
    await sleep(100);
    await expect(
      ensureEntry(
        entry(() => Promise.resolve()),
        AbortSignal.timeout(200),
      ),
    ).rejects.toThrow(/timeout/);
    await first;
  });
});

/** These run the real thing in a process of its own, with its own cache, on a module of a few lines. */
describe("building a Go module", () => {
  const script = (module: string) => `
    import { buildGoModule } from ${JSON.stringify(join(repository, "local/toolchain/index.ts"))};
    try { console.log(JSON.stringify(await buildGoModule({ dir: ${JSON.stringify(module)}, packages: ["."], name: "hello" }))); }
    catch (error) { console.log(error.message); process.exitCode = 3; }`;
  // Go's own cache stays the user's: it would follow XDG_CACHE_HOME.
  const goCache = process.env["GOCACHE"] ?? join(homedir(), ".cache", "go-build");
  const environment = () => ({ ...process.env, XDG_CACHE_HOME: join(folder, "cache"), GOCACHE: goCache });
  const node = (env: NodeJS.ProcessEnv = environment()) =>
    run(process.execPath, ["--input-type=module", "-e", script(folderOfModule())], { env });
  const folderOfModule = () => join(folder, "module");
  const entries = () =>
    readdirSync(join(folder, "cache/order-tracing/toolchain/module-hello")).filter((name) => !name.endsWith(".log"));

  beforeEach(() => {
    mkdirSync(folderOfModule());
    writeFileSync(join(folderOfModule(), "go.mod"), "module hello\n\ngo 1.21\n");
    writeFileSync(join(folderOfModule(), "main.go"), 'package main\n\nfunc main() { print("hello") }\n');
  });

  test("makes it once, and again when a source changes", async () => {
    const first = (await node()).stdout;
    const path = (JSON.parse(first) as Record<string, string>)["hello"]!;
    expect((await run(path)).stderr).toBe("hello");
    expect((await node()).stdout).toBe(first);
    writeFileSync(join(folderOfModule(), "main.go"), 'package main\n\nfunc main() { print("bye") }\n');
    expect((await node()).stdout).not.toBe(first);
    expect(entries()).toHaveLength(2);
  }, 60_000);

  const taken = Buffer.from("#!/bin/sh\necho -n taken >&2\n");
  test.each([
    ["takes a release that is as pinned", () => sha256(taken), true, "taken", /^$/],
    [
      "builds instead of a release that is not as pinned",
      () => "0".repeat(64),
      true,
      "hello",
      /hello is not used.*refused/,
    ],
    ["builds when the release's host does not answer", () => sha256(taken), false, "hello", /^$/],
  ])(
    "%s",
    async (_, sum, up, output, warning) => {
      const server = createServer((_request, response) => response.end(taken));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hello`;
      if (!up) server.close();
      const recipe: Part = {
        version: "1",
        module: folderOfModule(),
        binaries: { hello: { package: ".", release: { url, sha256: sum() } } },
      };
      const code = `
      import { ensurePart } from ${JSON.stringify(join(repository, "local/toolchain/build.ts"))};
      const report = { status() {}, warn: (text) => console.error(text) };
      const signal = new AbortController().signal;
      console.log(await ensurePart("hello", ${JSON.stringify(recipe)}, signal, report));`;
      const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", code], {
        env: environment(),
      });
      if (up) server.close();
      expect(stderr.trim()).toMatch(warning);
      expect((await run(join(stdout.trim(), "hello"))).stderr).toBe(output);
      expect(readdirSync(stdout.trim()).sort()).toEqual(["hello", "origin.json"]);
    },
    60_000,
  );

  test("says what the compiler said", async () => {
    writeFileSync(join(folderOfModule(), "main.go"), "package main\n\nfunc main() { nonsense }\n");
    await expect(node()).rejects.toMatchObject({
      code: 3,
      stdout: expect.stringContaining("undefined: nonsense") as string,
    });
    expect(entries()).toEqual([]);
  }, 60_000);

  test.each([
    ["without Go", () => ({ ...environment(), PATH: "/nonexistent" }), "go 1.21", 'there is no "go" on PATH'],
    [
      "with a Go that is too old",
      () => ({ ...environment(), GOTOOLCHAIN: "local" }),
      "go 1.999",
      "requires go >= 1.999",
    ],
  ])("says the remedy %s", async (_, env, line, message) => {
    writeFileSync(join(folderOfModule(), "go.mod"), `module hello\n\n${line}\n`);
    const stdout = expect.stringMatching(new RegExp(`${message}[^]*Install the current Go`)) as string;
    await expect(node(env())).rejects.toMatchObject({ code: 3, stdout });
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s ends the compiler and leaves nothing",
    async (signal) => {
      // A "go" that builds for a minute, in a child of its own as the compiler is.
      const pidFile = join(folder, "pid");
      const bin = join(folder, "bin");
      mkdirSync(bin);
      const fake = `#!/bin/sh\n[ "$1" = build ] || { echo go1.99; exit 0; }\nsh -c 'echo $$ > ${pidFile}; exec sleep 60'\n`;
      writeFileSync(join(bin, "go"), fake, { mode: 0o755 });
      const env = { ...environment(), PATH: `${bin}:${process.env["PATH"]}` };
      const child: ChildProcess = spawn(process.execPath, ["--input-type=module", "-e", script(folderOfModule())], {
        env,
      });
      const ended = new Promise((resolve) => child.on("exit", (_, by) => resolve(by)));
      for (let tries = 0; tries < 200 && !existsSync(pidFile); tries++) await sleep(100);
      await sleep(100);
      child.kill(signal);
      expect(await ended).toBe(signal);
      const compiler = Number(readFileSync(pidFile, "utf8"));
      await sleep(100);
      expect(() => process.kill(compiler, 0)).toThrow("ESRCH");
      expect(entries()).toEqual([]);
    },
    30_000,
  );
});
