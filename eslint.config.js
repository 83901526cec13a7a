import js from "@eslint/js";
import { relative } from "node:path";
import tseslint from "typescript-eslint";

/** One convention of names: a file is found without asking how it is spelled, also where the case does not count. */
const kebabCase = {
  create: (context) => ({
    Program(node) {
      const path = relative(import.meta.dirname, context.filename);
      if (!/^[.]?[a-z0-9]+([-./][a-z0-9]+)*$/.test(path))
        context.report({ node, message: `${path}: files and folders are named in kebab-case` });
    },
  }),
};

export default tseslint.config(
  { ignores: ["node_modules", "coverage", "local/images/autoinstrumentation-nodejs", "sdks"] },
  js.configs.recommended,
  {
    plugins: { project: { rules: { "kebab-case": kebabCase } } },
    rules: { "project/kebab-case": "error" },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-duplicate-imports": ["error", { allowSeparateTypeImports: true }],
    },
  },
  {
    // Plans hold configurations in other programs' languages: see `Loose` in test/support/loose.ts.
    files: ["test/components/**/*.ts"],
    rules: Object.fromEntries(
      ["argument", "assignment", "call", "member-access", "return"].map((of) => [
        `@typescript-eslint/no-unsafe-${of}`,
        "off",
      ]),
    ),
  },
  { files: ["**/*.js"], languageOptions: { globals: { console: "readonly", process: "readonly" } } },
);
