import { join } from "node:path";
import { images } from "../../../config/versions.ts";
import { repositoryDir } from "../../paths.ts";
import { coreDnsImage, pauseImage, provisionerImage } from "../../cluster/settings.ts";
import { filesStorageImage, prometheusImage, traefikImage, vaultImage } from "../../landscape/images.ts";
import { plugin } from "../../landscape/vault/settings.ts";
import { localJaeger } from "../../versions.ts";
import { binary, buildGoModule, type BinaryName } from "../../toolchain/index.ts";
import { debianLayer } from "../debian.ts";
import { prometheusProgram } from "../debian-program.ts";
import type { ImageConfig, ImageDefinition } from "../image.ts";
import { filesLayer } from "../layer.ts";

/** A static program and nothing else. */
function scratch(
  name: string,
  path: string,
  program: (signal?: AbortSignal) => Promise<string>,
  config?: Partial<ImageConfig>,
) {
  return {
    name,
    config: { command: [`/${path}`], ...config },
    layers: async (signal?: AbortSignal) => [await filesLayer([{ path, file: await program(signal), mode: 0o755 }])],
  } satisfies ImageDefinition;
}

const ofToolchain = (name: BinaryName) => () => Promise.resolve(binary(name));

const moduleFolder = (path: string): string => join(repositoryDir, "local", path);

/** Programs that are not the toolchain's: their Go modules, and the package where it is not the module's own. */
const modules = {
  pause: { dir: moduleFolder("images/go/pause") },
  "files-storage": { dir: moduleFolder("images/go/files-storage") },
  "local-path-provisioner": {
    dir: moduleFolder("cluster/go/local-path-provisioner"),
    package: "github.com/rancher/local-path-provisioner",
  },
} satisfies Record<string, { dir: string; package?: string }>;

/** Folders of the Go modules that are always built. */
export const goModules: readonly string[] = Object.values(modules).map(({ dir }) => dir);

function ofModule(name: keyof typeof modules) {
  return async (signal?: AbortSignal) => {
    const module: { dir: string; package?: string } = modules[name];
    const built = await buildGoModule(
      { dir: module.dir, packages: [module.package ?? "."], name },
      signal ? { signal } : {},
    );
    return built[name]!;
  };
}

/** A program with a shell around it. */
function onDebian(
  name: string,
  files: Record<string, () => Promise<string>>,
  command: readonly string[],
): ImageDefinition {
  return {
    name,
    config: { command },
    layers: async () => [
      debianLayer,
      await filesLayer(
        await Promise.all(
          Object.entries(files).map(async ([path, program]) => ({ path, file: await program(), mode: 0o755 })),
        ),
      ),
    ],
  };
}

const vault = { "usr/bin/vault": ofToolchain("vault") };

/** Programs from Go, as their official images have them. */
export function programs(): readonly ImageDefinition[] {
  const unprivileged = { user: "10001:10001" };
  return [
    scratch(pauseImage, "pause", ofModule("pause")),
    scratch(coreDnsImage, "coredns", ofToolchain("coredns")),
    scratch(images.collector, "otelcol-contrib", ofToolchain("otelcol-contrib"), unprivileged),
    scratch(localJaeger().image, "cmd/jaeger/jaeger-linux", ofToolchain("jaeger"), unprivileged),
    scratch(images.oauth2Proxy, "bin/oauth2-proxy", ofToolchain("oauth2-proxy"), { user: "65532:65532" }),
    scratch(traefikImage, "traefik", ofToolchain("traefik")),
    scratch(filesStorageImage, "files-storage", ofModule("files-storage")),
    onDebian(provisionerImage, { "usr/local/bin/local-path-provisioner": ofModule("local-path-provisioner") }, [
      "local-path-provisioner",
    ]),
    onDebian(images.vault, vault, ["vault"]),
    onDebian(prometheusImage, { "usr/bin/prometheus": () => prometheusProgram("prometheus") }, ["prometheus"]),
    onDebian(vaultImage, { ...vault, [`vault/plugins/${plugin.command}`]: ofToolchain(plugin.command) }, ["vault"]),
  ];
}
