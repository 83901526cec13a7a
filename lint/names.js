import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");

/** One convention of names: a file is found without asking how it is spelled, also where the case does not count. */
const kebabCase = {
  create: (context) => ({
    Program(node) {
      const path = relative(root, context.filename);
      if (!/^[.]?[a-z0-9]+([-./][a-z0-9]+)*$/.test(path))
        context.report({ node, message: `${path}: files and folders are named in kebab-case` });
    },
  }),
};

export default { meta: { name: "project" }, rules: { "kebab-case": kebabCase } };
