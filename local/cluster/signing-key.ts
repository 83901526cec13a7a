import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { serviceAccountKey, serviceAccountPublicKey } from "../paths.ts";
import { home } from "./external.ts";
import { daemon } from "./daemons.ts";
import { ensureDaemon } from "./process.ts";

const secondKey = `${serviceAccountKey}.second`;

/**
 * Has the API server sign tokens by its first key, or by a second one, as clusters do that change their keys. Both stay
 * valid: pods hold tokens of either for up to an hour.
 *
 * @throws if the cluster is not this machine's own
 */
export async function signTokensBy(which: "first" | "second"): Promise<void> {
  if (home() !== "own")
    throw new Error('The keys of this cluster are not ours: this needs the cluster that "npm run local" makes.');
  if (!existsSync(secondKey)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    await writeFile(secondKey, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  }
  const second = createPublicKey(createPrivateKey(await readFile(secondKey))).export({ type: "spki", format: "pem" });
  const valid = await readFile(serviceAccountPublicKey, "utf8");
  if (!valid.includes(String(second)))
    await writeFile(serviceAccountPublicKey, `${valid.trimEnd()}\n${String(second)}`);
  const first = daemon("kube-apiserver");
  const byFlag = "--service-account-signing-key-file=";
  const args = first.args.map((flag) => (flag.startsWith(byFlag) ? `${byFlag}${secondKey}` : flag));
  await ensureDaemon(which === "first" ? first : { ...first, args });
}
