import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

/** A server's certificate that signed itself, as text, and as files with its key. */
export async function writeCertificate(
  folder: string,
  host: string,
): Promise<{ certificate: string; files: Record<"cert" | "key", string> }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [host] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }])],
  });
  const files = { cert: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  const certificate = made.toString("pem");
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  await Promise.all([writeFile(files.cert, certificate), writeFile(files.key, key, { mode: 0o600 })]);
  return { certificate, files };
}
