/**
 * What the engine starts. Nearly all that the pack costs a preview is its start, so this comes before everything else. It is the
 * one file that is no TypeScript: the engine loads it through ts-node, which cannot be turned off and is not to see any.
 */
const { dirname, join } = require("node:path");
const { enableCompileCache, flushCompileCache, registerHooks } = require("node:module");

// Compiled files are kept beside the dependencies. The engine kills a pack, so Node would never write them by itself.
enableCompileCache(join(dirname(require.resolve("@pulumi/policy/package.json")), "../../.cache/node"));

// Through the SDK of programs comes npm's installer, which packs functions of a program as code: a third of all files.
const installer = /\/@npmcli\/arborist\/lib\/index\.js$/;
const withoutInstaller = registerHooks({
  load: (url, context, next) =>
    installer.test(url) ? { format: "commonjs", source: "", shortCircuit: true } : next(url, context),
});

module.exports = import("./pack.ts").finally(() => {
  withoutInstaller.deregister();
  flushCompileCache();
});
