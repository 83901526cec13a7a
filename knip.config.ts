import { existsSync } from "node:fs";
import type { KnipConfig } from "knip";

const product = [
  "{bootstrap,verify,review,support,bench}/main.ts",
  // Named by the stacks' settings, see `catalogueFile`.
  "config/catalogue.ts",
  "test/**/*.test-d.ts",
];
const local = {
  entry: ["{cli,pulumi}.ts", "checks/*.ts", "**/main.ts", "toolchain/pin.ts", "tunnels/service-names.mjs"],
  project: ["**/*.{ts,mjs}"],
  ignore: ["landscape/services/**"],
};
const under = (patterns: string[]) => patterns.map((pattern) => `local/${pattern}`);

/** What nobody uses: files, exports, dependencies. What only a test uses, is used. */
const config: KnipConfig = {
  // For now: without a package of its own, local/ is a part of the root's.
  workspaces: existsSync("local/package.json")
    ? { ".": { entry: product, project: ["**/*.{ts,js}", "!local/**"] }, local }
    : {
        ".": {
          entry: [...product, ...under(local.entry)],
          project: ["**/*.ts", "*.js", "local/**/*.mjs"],
          ignore: under(local.ignore),
        },
      },
  // For now: exports of local/ go with its move into that package.
  ignoreIssues: { "local/**": ["exports", "types"] },
  // Programs of the system, which the local environment's preflight looks for.
  exclude: ["binaries"],
};

export default config;
