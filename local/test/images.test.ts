import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { promisify } from "node:util";
import { extract, type Header } from "tar-stream";
import { imageOf } from "../../config/settings.ts";
import { readStack } from "../../config/stack-file.ts";
import { images as versions } from "../../config/versions.ts";
import { coreDnsImage, pauseImage, provisionerImage } from "../cluster/settings.ts";
import { assemble, writeArchive, type BuiltImage } from "../images/archive.ts";
import { filesLayer, hashTree, treeEntries, type Entry } from "../images/layer.ts";
import type { StoredLayer } from "../images/store.ts";
import { applications } from "../landscape/applications.ts";
import { stores } from "../landscape/stores.ts";

const run = promisify(execFile);
const images = join(__dirname, "../images");
const sha256 = (data: Buffer | string) => createHash("sha256").update(data).digest("hex");

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "images-test-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Read {
  header: Header;
  content: Buffer;
}

async function readTar(data: Buffer): Promise<Read[]> {
  const reader = extract();
  reader.end(data);
  const entries: Read[] = [];
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries.push({ header: entry.header, content: Buffer.concat(chunks) });
  }
  return entries;
}

async function bytes(entries: readonly Entry[]): Promise<Buffer> {
  const file = join(folder, `layer-${Math.random()}.tar`);
  await (await filesLayer(entries)).build(file);
  return readFileSync(file);
}

/** Fails as a disk does that is full. */
const full = () => new Writable({ write: (_chunk, _encoding, done) => setImmediate(done, new Error("disk is full")) });

/** What a process leaves unhandled ends it, so this runs in one of its own. */
async function inProcess(script: string, environment: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, ...environment },
  });
  return stdout;
}

describe("a layer", () => {
  const entries: Entry[] = [
    { path: "opt/app/start", content: "#!/bin/sh\n", mode: 0o755 },
    { path: "data", owner: [999, 999], mode: 0o700 },
    { path: "opt/app/current", link: "start" },
  ];

  it("has the folders above its files before them, and no other owner than the one that was named", async () => {
    const found = (await readTar(await bytes(entries))).map(({ header }) => header);
    expect(
      found.map(({ name, type, mode, uid, gid, linkname }) => ({ name, type, mode, uid, gid, linkname })),
    ).toMatchObject([
      { name: "data", type: "directory", mode: 0o700, uid: 999, gid: 999 },
      { name: "opt", type: "directory", mode: 0o755, uid: 0, gid: 0 },
      { name: "opt/app", type: "directory", mode: 0o755 },
      { name: "opt/app/current", type: "symlink", linkname: "start" },
      { name: "opt/app/start", type: "file", mode: 0o755 },
    ]);
    expect(found.map(({ mtime }) => mtime.getTime())).toEqual([0, 0, 0, 0, 0]);
  });

  it("is the same for the same content, wherever, whenever and in whichever order it was made", async () => {
    const trees = ["a", "b"].map((name) => {
      const tree = join(folder, name);
      const files = name === "a" ? ["one", "two"] : ["two", "one"];
      mkdirSync(join(tree, "bin"), { recursive: true });
      for (const file of files) writeFileSync(join(tree, "bin", file), file);
      // Other permissions of a machine, and its times, do not count.
      chmodSync(join(tree, "bin/two"), name === "a" ? 0o600 : 0o640);
      utimesSync(join(tree, "bin/one"), new Date(), new Date(name === "a" ? 1_000 : 2_000));
      symlinkSync("one", join(tree, "bin/link"));
      return tree;
    });
    const [a, b] = await Promise.all(trees.map((tree) => treeEntries(tree, "opt")));
    expect((await filesLayer(a!)).key).toBe((await filesLayer(b!.toReversed())).key);
    expect(await bytes(a!)).toEqual(await bytes(b!.toReversed()));
    expect(await hashTree(trees[0]!)).toBe(await hashTree(trees[1]!));
  });

  it.each<[string, Entry]>([
    ["content", { path: "opt/app/start", content: "#!/bin/bash\n", mode: 0o755 }],
    ["permissions", { path: "opt/app/start", content: "#!/bin/sh\n" }],
    ["owner", { path: "opt/app/start", content: "#!/bin/sh\n", mode: 0o755, owner: [1, 1] }],
    ["kind", { path: "opt/app/start" }],
    ["path", { path: "opt/app/begin", content: "#!/bin/sh\n", mode: 0o755 }],
  ])("is another one with another %s", async (_, changed) => {
    const key = async (entry: Entry) => (await filesLayer([entry, ...entries.slice(1)])).key;
    expect(await key(changed)).not.toBe(await key(entries[0]!));
  });

  it("is not mistaken for one whose files are cut in another way", async () => {
    const keys = ["ab,c", "a,bc", ",abc"].map(async (contents) => {
      const files = contents.split(",").map((content, index) => {
        const file = join(folder, `${contents}-${index}`);
        writeFileSync(file, content);
        return { path: String(index), file };
      });
      return (await filesLayer(files)).key;
    });
    expect(new Set(await Promise.all(keys)).size).toBe(3);
    writeFileSync(join(folder, "empty"), "");
    const empty = await filesLayer([{ path: "x", file: join(folder, "empty") }]);
    expect(empty.key).not.toBe((await filesLayer([{ path: "x" }])).key);
  });

  it("keeps what a folder's filter lets through", async () => {
    mkdirSync(join(folder, "tree/target"), { recursive: true });
    writeFileSync(join(folder, "tree/target/built"), "1");
    writeFileSync(join(folder, "tree/source"), "2");
    const own = (path: string) => !path.startsWith("target");
    const before = await hashTree(join(folder, "tree"), own);
    writeFileSync(join(folder, "tree/target/built"), "3");
    expect(await hashTree(join(folder, "tree"), own)).toBe(before);
    expect((await treeEntries(join(folder, "tree"), "opt", { keep: own })).map(({ path }) => path)).toEqual([
      "opt/source",
    ]);
  });
});

describe("an archive", () => {
  async function layer(name: string): Promise<StoredLayer> {
    const content = await bytes([{ path: name, content: name.repeat(1000) }]);
    const file = join(folder, `${name}.tar`);
    writeFileSync(file, content);
    return { file, diffId: `sha256:${sha256(content)}` };
  }

  async function collect(built: readonly BuiltImage[]): Promise<Read[]> {
    const chunks: Buffer[] = [];
    const target = new Writable({ write: (chunk: Buffer, _encoding, done) => (chunks.push(chunk), done()) });
    await writeArchive(built, target);
    return readTar(Buffer.concat(chunks));
  }

  it("has each layer once, and says of each image which ones are its own", async () => {
    const [base, one, two] = await Promise.all(["base", "one", "two"].map(layer));
    const built = [
      assemble("company/one:1", { command: ["/one"], user: "999:999", stopSignal: "SIGINT" }, [base!, one!]),
      assemble("company/two:1", { command: ["/two"] }, [base!, two!]),
    ];
    const files = new Map((await collect(built)).map(({ header, content }) => [header.name, content]));
    expect(files.size).toBe(3 + 2 + 1);

    const manifest = JSON.parse(files.get("manifest.json")!.toString()) as Record<"Config" | "Layers", string>[];
    expect(manifest.map((image) => (image as unknown as { RepoTags: string[] }).RepoTags)).toEqual([
      ["company/one:1"],
      ["company/two:1"],
    ]);
    for (const { Config, Layers } of manifest as unknown as { Config: string; Layers: string[] }[]) {
      const config = files.get(Config)!;
      expect(Config).toBe(`${sha256(config)}.json`);
      const { rootfs } = JSON.parse(config.toString()) as { rootfs: { diff_ids: string[] } };
      // What containerd checks when it unpacks.
      expect(Layers.map((name) => `sha256:${sha256(files.get(name)!)}`)).toEqual(rootfs.diff_ids);
    }
    const { config } = JSON.parse(built[0]!.config) as { config: Record<string, unknown> };
    expect(config).toMatchObject({ User: "999:999", Entrypoint: ["/one"], StopSignal: "SIGINT" });
  });

  it("is the same when it is made again", async () => {
    const make = async () => collect([assemble("a:1", { command: ["/a"] }, [await layer("a")])]);
    expect(await make()).toEqual(await make());
  });

  it("changes an image's id with what runs in it and how", async () => {
    const [a, b] = await Promise.all(["a", "b"].map(layer));
    const ids = [
      assemble("x:1", { command: ["/x"] }, [a!]),
      assemble("x:1", { command: ["/x"] }, [b!]),
      assemble("x:1", { command: ["/y"] }, [a!]),
      assemble("x:1", { command: ["/x"], stopSignal: "SIGINT" }, [a!]),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
  });

  it("fails with the reason of its target, and of a layer that is gone", async () => {
    const image = assemble("a:1", { command: ["/a"] }, [await layer("a")]);
    await expect(writeArchive([image], full())).rejects.toThrow("disk is full");
    rmSync(image.layers[0]!.file);
    await expect(collect([image])).rejects.toThrow("ENOENT");
  });

  it("leaves nothing unhandled when the disk is full", async () => {
    writeFileSync(join(folder, "big"), Buffer.alloc(5_000_000));
    const out = await inProcess(`
      import { filesLayer } from ${JSON.stringify(join(images, "layer.ts"))};
      const layer = await filesLayer([{ path: "big", file: ${JSON.stringify(join(folder, "big"))} }]);
      await layer.build("/dev/full").catch((error) => console.log(error.code));
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log("goes on");`);
    expect(out).toBe("ENOSPC\ngoes on\n");
  });
});

describe("the store", () => {
  /** Builds a layer that notes in a file that it was built, and takes a while. */
  const script = (body = "") => `
    import { appendFileSync, writeFileSync } from "node:fs";
    import { storedLayer } from ${JSON.stringify(join(images, "store.ts"))};
    const layer = { key: "k", build: async (file) => {
      appendFileSync(process.env.BUILDS, "x");
      writeFileSync(file, "half");
      await new Promise((resolve) => setTimeout(resolve, Number(process.env.TAKES ?? 0)));
      ${body}
      writeFileSync(file, "whole");
    } };
    const { file, diffId } = await storedLayer(layer);
    console.log(JSON.stringify({ file, diffId }));`;
  const environment = () => ({ XDG_CACHE_HOME: folder, BUILDS: join(folder, "builds") });
  const builds = () => readFileSync(join(folder, "builds"), "utf8").length;
  const left = () => readdirSync(join(folder, "order-tracing/images"));
  const parse = (out: string) => JSON.parse(out) as StoredLayer;

  it("builds a layer once, also for two that ask at once", async () => {
    const both = [1, 2].map(() => inProcess(script(), { ...environment(), TAKES: "700" }));
    const [a, b] = (await Promise.all(both)).map(parse);
    expect(a).toEqual(b);
    expect(a!.diffId).toBe(`sha256:${sha256("whole")}`);
    expect(readFileSync(a!.file, "utf8")).toBe("whole");
    expect(builds()).toBe(1);
  });

  it("keeps nothing of a build that failed, and builds it the next time", async () => {
    await expect(inProcess(script("throw new Error('no space');"), environment())).rejects.toThrow("no space");
    expect(left().filter((name) => name.includes("layer-"))).toEqual([]);
    expect(readFileSync(parse(await inProcess(script(), environment())).file, "utf8")).toBe("whole");
    expect(builds()).toBe(2);
  });
});

describe("the definitions", () => {
  const index = JSON.stringify(join(images, "index.ts"));
  let names: string[];
  beforeAll(async () => {
    names = JSON.parse(
      await inProcess(`
        import { imageDefinitions } from ${index};
        console.log(JSON.stringify(imageDefinitions().map(({ name }) => name)));`),
    ) as string[];
  });

  it("have each image once, with a tag that is not pulled each time", () => {
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/:v?\d[\w.]*$/);
  });

  const { settings } = readStack("local");
  it.each([
    ...[pauseImage, coreDnsImage, provisionerImage],
    ...[...stores, ...applications].map(({ image }) => image),
    ...(["collector", "jaeger", "vault", "elasticsearch"] as const).map((name) => imageOf(settings, name)),
    ...(["autoinstrumentationJava", "autoinstrumentationNodejs"] as const).map((name) => imageOf(settings, name)),
  ])("have %s, which pods use", (image) => {
    expect(names).toContain(image);
  });

  it("have a plugin for the Elasticsearch that is in the image: it starts with no other", () => {
    const descriptor = readFileSync(join(images, "elasticsearch-plugin/plugin-descriptor.properties"), "utf8");
    expect(descriptor).toContain(`elasticsearch.version=${versions.elasticsearch.split(":")[1]}\n`);
  });

  it("say which images there are when asked for another one", async () => {
    const out = await inProcess(`
      import { ensureImages } from ${index};
      await ensureImages(["company/typo:1"]).catch(({ message }) => console.log(message));`);
    expect(out).toMatch(/no image company\/typo:1\. Known: .*company\/vault/);
  });
});
