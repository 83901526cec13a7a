/** Prints a bearer token of the robot, or of another account, for a program that reads the views: nothing else on standard output. */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { corporateCa } from "../../paths.ts";
import { companyConnector } from "../../tunnels/company-network.ts";
import { fetchToken } from "./client.ts";
import { readCredentials } from "./credentials.ts";

try {
  const { values } = parseArgs({ options: { account: { type: "string", default: "verify" } } });
  const connect = companyConnector(await readFile(corporateCa, "utf8"));
  console.log(await fetchToken(values.account, await readCredentials(), connect));
} catch (error) {
  const { message, cause } = error as Error;
  console.error(cause instanceof Error ? `${message}: ${cause.message}` : message);
  process.exitCode = 1;
}
