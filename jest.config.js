/** swc strips the types; `npm run typecheck` checks them. */
// For the commands that tests start: their modules are read in two thirds of the time. Not where the engine's children have theirs:
// Pulumi's SDK sets a flag of V8, and each would refuse what the other has compiled, and write it anew.
process.env.NODE_COMPILE_CACHE ??= `${import.meta.dirname}/node_modules/.cache/node-commands`;

export default {
  testMatch: ["<rootDir>/{test,local/test,policies/test}/**/*.test.ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2024", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  maxWorkers: 2,
  // Only for a test that hangs: how long a start takes on a busy machine is no finding.
  testTimeout: 60_000,
};
