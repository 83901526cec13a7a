/**
 * Preloaded with `NODE_OPTIONS=--import <this file>`: names of Kubernetes Services (`*.svc`, `*.svc.cluster.local`) are
 * asked from the local cluster's DNS, so that a program on this machine uses the same addresses as a pod and no file of
 * the machine is changed. All other names go the usual way.
 */
import { createRequire, syncBuiltinESMExports } from "node:module";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
// The CommonJS object is the one that net.connect, and so every HTTP client, looks at.
const dns = require("node:dns");

const serviceName = /\.svc(\.cluster\.local)?\.?$/i;
const resolver = new dns.promises.Resolver({ timeout: 2000, tries: 3 });
resolver.setServers(["10.96.0.10"]);

async function resolve(name, options) {
  const { all = false, family = 0 } = typeof options === "number" ? { family: options } : (options ?? {});
  const fullName = name.replace(serviceName, ".svc.cluster.local.");
  try {
    // The cluster has IPv4 alone.
    const found = family === 6 || family === "IPv6" ? [] : await resolver.resolve4(fullName);
    if (found.length === 0) throw Object.assign(new Error("no such address"), { code: "ENOTFOUND" });
    const addresses = found.map((address) => ({ address, family: 4 }));
    return all ? addresses : addresses[0];
  } catch (error) {
    // What getaddrinfo would say; clients tell a name that is not there from a server that does not answer.
    const code = error.code === "ENODATA" ? "ENOTFOUND" : error.code === "ENOTFOUND" ? error.code : "EAI_AGAIN";
    const details = { code, errno: error.errno, syscall: "getaddrinfo", hostname: name };
    throw Object.assign(new Error(`getaddrinfo ${code} ${name}`, { cause: error }), details);
  }
}

const lookup = dns.lookup;
const lookupPromise = dns.promises.lookup;

dns.lookup = function (name, options, callback = options) {
  if (typeof name !== "string" || !serviceName.test(name)) return lookup.apply(this, arguments);
  const settings = typeof options === "function" ? {} : options;
  resolve(name, settings).then(
    (result) => (Array.isArray(result) ? callback(null, result) : callback(null, result.address, result.family)),
    (error) => callback(error),
  );
};
dns.promises.lookup = function (name, options) {
  const ours = typeof name === "string" && serviceName.test(name);
  return ours ? resolve(name, options) : lookupPromise.apply(this, arguments);
};
Object.defineProperty(dns.lookup, promisify.custom, { value: dns.promises.lookup });
syncBuiltinESMExports();
