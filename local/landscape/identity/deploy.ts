import { readFile } from "node:fs/promises";
import { ensureCertificate } from "../../cluster/pki.ts";
import { apply, type Kubernetes } from "../kubernetes/client.ts";
import { ensureCompanyCa } from "../vault/deploy.ts";
import { ensureCredentials } from "./credentials.ts";
import { identityObjects } from "./manifests.ts";
import { host, name, namespace } from "./settings.ts";

/** Applies the identity provider's objects, and makes the credentials and the certificate that are missing. */
export async function applyIdentity(kubernetes: Kubernetes): Promise<void> {
  const hosts = [host, `${name}.${namespace}.svc`];
  const server = await ensureCertificate("login", await ensureCompanyCa(), { commonName: host, hosts });
  const [certificate, key] = await Promise.all([server.certificate, server.key].map((file) => readFile(file, "utf8")));
  const objects = identityObjects(await ensureCredentials(), { certificate: certificate!, key: key! });
  for (const object of objects) await apply(kubernetes, object);
}
