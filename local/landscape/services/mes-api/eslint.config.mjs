import js from "@eslint/js";

const globals = ["AbortController", "AbortSignal", "Buffer", "URL", "process", "setTimeout"];

export default [
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: {
      sourceType: "commonjs",
      globals: Object.fromEntries(globals.map((name) => [name, "readonly"])),
    },
    // Express knows an error handler by its four parameters.
    rules: { "no-unused-vars": ["error", { argsIgnorePattern: "^_" }] },
  },
];
