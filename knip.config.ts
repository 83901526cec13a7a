import type { KnipConfig } from "knip";

/** What nobody uses: files, exports, dependencies. What only a test uses, is used. */
const config: KnipConfig = {
  workspaces: {
    ".": {
      entry: [
        "{bootstrap,verify,review,monitoring}/main.ts",
        "{review,support}/*/main.ts",
        "docs/generate/main.ts",
        // Named by the stacks' settings, see `catalogueFile`.
        "config/catalogue.ts",
        "test/**/*.test-d.ts",
        "test/kubernetes/extract.ts",
      ],
      project: ["**/*.{ts,js}", "!local/**", "!policies/**"],
    },
    policies: { project: ["**/*.{ts,js}"] },
    local: {
      entry: [
        "{cli,pulumi}.ts",
        "checks/*.ts",
        // Run by the engine.
        "bench/preview/programs/*.ts",
        "checks/{rights,vault-namespace}/program.ts",
        "**/main.ts",
        "landscape/catalogue.ts",
        "checks/fields/catalogue.ts",
        // Named by the local stack's settings, see `tokenCommand` and `proxyCommand`.
        "landscape/identity/token.ts",
        "tunnels/vpn.ts",
        "toolchain/pin.ts",
        "tunnels/service-names.mjs",
      ],
      project: ["**/*.{ts,mjs}"],
      ignore: ["landscape/services/**"],
      // The tests run landscape/services/login with it.
      ignoreDependencies: ["oidc-provider"],
    },
  },
  // Programs of the system, which the local environment's preflight looks for.
  exclude: ["binaries"],
};

export default config;
