import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { instrumentationDir, instrumentationOf } from "../../components/wiring/instrumentation.ts";
import { context } from "../support/context.ts";

// The command of the init container itself, in folders of this machine.
describe("the copy of Node.js's instrumentation", () => {
  const { copy } = instrumentationOf({ ...context.landscape.services[0]!, runtime: "nodejs" });
  const loaded = [
    "autoinstrumentation.js",
    "node_modules/a/package.json",
    "node_modules/a/index.cjs",
    "node_modules/a/index.mjs",
    "node_modules/a/addon.node",
    "node_modules/a/module.wasm",
    "node_modules/a/proto/channelz.proto",
    "node_modules/@scope/b c/no-ending",
  ];
  const never = ["register.d.ts", "node_modules/a/src/index.ts", "node_modules/a/index.js.map"];

  let folder: string;
  const path = (...names: string[]) => join(folder, ...names);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "order-tracing-copy-"));
    for (const name of [...loaded, ...never]) {
      mkdirSync(dirname(path("image", name)), { recursive: true });
      writeFileSync(path("image", name), name, { mode: 0o444 });
    }
    symlinkSync("a", path("image/node_modules/linked"));
    // A volume is everybody's to write to and not the container's own.
    for (const name of ["volume", "bin"]) mkdirSync(path(name));
    for (const name of ["", "volume"]) chmodSync(path(name), 0o777);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Root gets over files that nobody may write to: not it. */
  const user = process.getuid!() === 0 ? { uid: 65534, gid: 65534 } : {};
  const run = () =>
    new Promise<number>((resolve) => {
      const script = copy
        .replaceAll("/autoinstrumentation", path("image"))
        .replaceAll(instrumentationDir, path("volume"));
      const PATH = [path("bin"), process.env["PATH"]].join(delimiter);
      execFile("/bin/sh", ["-c", script], { env: { PATH }, ...user }).once("close", (code) => resolve(code ?? -1));
    });
  /** Does not go into links, as `readdir` does. */
  const copied = () =>
    execFileSync("find", [".", "!", "-type", "d"], { cwd: path("volume"), encoding: "utf8" })
      .trim()
      .split("\n")
      .map((line) => line.slice(2))
      .sort();
  const link = "node_modules/linked";

  test("brings what can be loaded or read, with links, and no types or source maps", async () => {
    expect(await run()).toBe(0);
    expect(copied()).toEqual([...loaded, link].sort());
  });

  test("gets over what an earlier run has left", async () => {
    await run();
    expect(await run()).toBe(0);
    expect(copied()).toEqual([...loaded, link].sort());
  });

  test("brings everything where the image's tools cannot choose", async () => {
    writeFileSync(path("bin/find"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    expect(await run()).toBe(0);
    expect(copied()).toEqual([...loaded, ...never, link].sort());
  });

  test("fails where nothing can be copied: the application would not start without", async () => {
    chmodSync(path("volume"), 0o555);
    expect(await run()).not.toBe(0);
  });
});
