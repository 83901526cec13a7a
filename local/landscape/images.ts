import { join } from "node:path";
import { repositoryDir } from "../paths.ts";
import { imageVersion, moduleVersion } from "../versions.ts";

const toolchainVersion = (part: string, module: string): string =>
  moduleVersion(join(repositoryDir, "local/toolchain/go", part), module);

/** Images of the company. No registry has them: they are built here, see `local/images`. */
export const applicationImage = (name: string): string => `company/${name}:1.0.0`;

// Versions of Debian's packages, which the images are made of.
export const postgresImage = "company/postgres:15";
export const rabbitmqImage = "company/rabbitmq:3.10";
export const prometheusImage = "company/prometheus:2.42";
export const filesStorageImage = applicationImage("files-storage");

/** The company runs the Vault whose agent the stack runs, with the Elasticsearch plugin in it. */
export const vaultImage = `company/vault:${imageVersion("vault")}`;

export const loginImage = applicationImage("login");
export const traefikImage = `traefik:v${toolchainVersion("traefik", "github.com/traefik/traefik/v3")}`;
