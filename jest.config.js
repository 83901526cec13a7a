/** swc strips the types; `npm run lint` checks them. */
export default {
  testMatch: ["<rootDir>/{test,local/test,policies/test}/**/*.test.ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2024", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // The engine's SDK keeps open handles; a second worker costs more than it gains.
  maxWorkers: 1,
  // Only for a test that hangs: how long a start takes on a busy machine is no finding.
  testTimeout: 60_000,
};
