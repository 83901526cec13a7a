import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dump } from "js-yaml";
import { withPrefix } from "../../../config/own-keys.ts";
import { projectOf } from "../../bench/preview/engine.ts";
import { readStackFile, stackConfig, type StackConfig } from "../../bench/preview/stack.ts";
import { ensureAuthority, ensureCertificate, type KeyPairFiles } from "../../cluster/pki.ts";
import type { Authorities } from "../../landscape/vault/configure.ts";
import { repositoryDir } from "../../paths.ts";
import { stack } from "./names.ts";

/** What a company has. */
export interface Company {
  readonly authorities: Authorities;
  /** Of all its servers. */
  readonly server: KeyPairFiles;
  /** Signs tokens of service accounts. */
  readonly tokenKey: KeyObject;
  readonly tokenKeysFile: string;
}

export async function foundCompany(folder: string): Promise<Company> {
  await mkdir(folder, { recursive: true });
  const root = await ensureAuthority(join(folder, "root"), "Root of the check");
  const issuing = await ensureAuthority(join(folder, "issuing"), "Issuing CA of the check", root);
  const server = await ensureCertificate(join(folder, "server"), root, {
    ...{ commonName: "server", hosts: ["127.0.0.1"] },
  });
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const tokenKeysFile = join(folder, "tokens.pub");
  await writeFile(tokenKeysFile, publicKey.export({ type: "spki", format: "pem" }));
  return { authorities: { root, issuing }, server, tokenKey: privateKey, tokenKeysFile };
}

/** Where its servers are. */
export interface Addresses {
  readonly vault: string;
  /** Of Vault. */
  readonly namespace: string | undefined;
  readonly store: string;
}

/** The local stack, with Vault in a namespace and an Elasticsearch of the company's. */
export function configOf({ authorities, tokenKeysFile }: Company, { vault, namespace, store }: Addresses): StackConfig {
  const ca = authorities.root.certificate;
  const { config } = stackConfig(readStackFile("local"), {
    ...{ ca, serviceAccountKeys: tokenKeysFile, catalogue: join(repositoryDir, "local/landscape/catalogue.ts") },
  });
  const own = {
    vault: { address: vault, caFile: ca, elasticsearchCaPath: ca, ...(namespace !== undefined && { namespace }) },
    elasticsearch: { mode: "external", endpoints: [store], caFile: ca, lifecycle: false },
  };
  const changed = Object.fromEntries(Object.entries(own).map(([key, value]) => [withPrefix(key), value]));
  return { config: { ...config, ...changed } };
}

/** A project for the engine. @returns its folder. */
export async function projectWith(folder: string, config: StackConfig): Promise<string> {
  const project = await projectOf(folder, "local/checks/vault-namespace/program.ts");
  await writeFile(join(project, `Pulumi.${stack}.yaml`), dump(config));
  return project;
}

/** What the commands consist of. */
const parts = ["bootstrap", "components", "config", "lib", "support"];

/** A checkout for the commands, which read the stack's file beside themselves. @returns its folder. */
export async function checkoutWith(folder: string, config: StackConfig): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const part of parts) await cp(join(repositoryDir, part), join(folder, part), { recursive: true });
  for (const name of ["node_modules", "package.json"]) await symlink(join(repositoryDir, name), join(folder, name));
  await writeFile(join(folder, "Pulumi.yaml"), await readFile(join(repositoryDir, "Pulumi.yaml"), "utf8"));
  await writeFile(join(folder, `Pulumi.${stack}.yaml`), dump(config));
  return folder;
}
