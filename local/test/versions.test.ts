import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parts } from "../toolchain/parts.ts";
import { imageVersion, moduleVersion, packageVersion } from "../versions.ts";

const local = join(__dirname, "..");
const toolchain = (name: string) => join(local, "toolchain/go", name);

describe("the Go modules follow the file that names the version", () => {
  test.each([
    ["pulumi", "github.com/pulumi/pulumi/pkg/v3", packageVersion("@pulumi/pulumi")],
    ["vault", "github.com/hashicorp/vault", imageVersion("vault")],
    ["otelcol", "go.opentelemetry.io/collector/receiver/otlpreceiver", imageVersion("collector")],
    ["otelcol-builder", "go.opentelemetry.io/collector/cmd/builder", imageVersion("collector")],
  ])("%s: %s", (name, path, version) => {
    expect(moduleVersion(toolchain(name), path)).toBe(version);
  });

  test("and so does the Node.js instrumentation", () => {
    const file = join(local, "images/autoinstrumentation-nodejs/package.json");
    const { dependencies } = JSON.parse(readFileSync(file, "utf8")) as { dependencies: Record<string, string> };
    const version = dependencies["@opentelemetry/auto-instrumentations-node"];
    expect(version).toBe(imageVersion("autoinstrumentationNodejs"));
  });
});

test("a manifest names no image by itself", () => {
  const folder = join(local, "cluster/manifests");
  const images = readdirSync(folder).flatMap((file) => [
    ...readFileSync(join(folder, file), "utf8").matchAll(/image: (.*)/g),
  ]);
  const known = ["${coreDnsImage}", "${provisionerImage}"];
  expect(images.length).toBeGreaterThan(0);
  for (const [, image] of images) expect(known).toContain(image);
});

test("Jaeger's release is found by the tag of its module", () => {
  const { version, stamps, binaries } = parts.jaeger;
  expect(Object.values(stamps)).toEqual([`v${version}`]);
  expect(binaries.jaeger.release.url).toMatch(
    new RegExp(`/v1\\.\\d+\\.\\d+/jaeger-${version}-linux-amd64\\.tar\\.gz$`),
  );
});

describe("the version in a go.mod", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "versions-test-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ["in a line", "require example.com/a v1.2.3", "1.2.3"],
    ["in a block", "require (\n\texample.com/b v9.9.9\n\texample.com/a v1.2.3-rc.1 // indirect\n)", "1.2.3-rc.1"],
    ["of the replacement", "replace example.com/a => example.com/c v2.0.0\nrequire example.com/a v1.2.3", "2.0.0"],
    ["not of a longer name", "require (\n\texample.com/a/sub v9.9.9\n\texample.com/a v1.2.3\n)", "1.2.3"],
  ])("%s", (_, text, version) => {
    writeFileSync(join(folder, "go.mod"), `module x\n\n${text}\n`);
    expect(moduleVersion(folder, "example.com/a")).toBe(version);
  });

  test("that is not there is an error with the file's name", () => {
    writeFileSync(join(folder, "go.mod"), "module x\n");
    expect(() => moduleVersion(folder, "example.com/a")).toThrow(/go\.mod does not require example\.com\/a/);
  });
});
