/**
 * Preloaded with `NODE_OPTIONS=--import <this file>`: names of Kubernetes Services (`*.svc`) lead to the loopback address
 * in ORDER_TRACING_SERVICES, where tunnels wait (see `index.ts`). So a program on this machine uses the same addresses as
 * a pod, and no file of the machine is changed. All other names go the usual way.
 */
import { createRequire, syncBuiltinESMExports } from "node:module";
import process from "node:process";
import { promisify } from "node:util";

// The CommonJS object is the one that net.connect, and so every HTTP client, looks at.
const dns = createRequire(import.meta.url)("node:dns");
const address = process.env["ORDER_TRACING_SERVICES"];
const { lookup } = dns;
const lookupPromise = dns.promises.lookup;

const isService = (name) => address !== undefined && typeof name === "string" && /\.svc\.?$/i.test(name);

dns.lookup = function (name, options, callback = options) {
  if (!isService(name)) return lookup.apply(this, arguments);
  if (options?.all) process.nextTick(callback, null, [{ address, family: 4 }]);
  else process.nextTick(callback, null, address, 4);
};
dns.promises.lookup = async function (name, options) {
  if (!isService(name)) return lookupPromise.apply(this, arguments);
  return options?.all ? [{ address, family: 4 }] : { address, family: 4 };
};
Object.defineProperty(dns.lookup, promisify.custom, { value: dns.promises.lookup });
syncBuiltinESMExports();
