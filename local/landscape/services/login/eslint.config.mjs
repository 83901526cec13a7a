import js from "@eslint/js";

const globals = ["Buffer", "URLSearchParams", "process", "setTimeout"];

export default [
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: {
      sourceType: "module",
      globals: Object.fromEntries(globals.map((name) => [name, "readonly"])),
    },
  },
];
