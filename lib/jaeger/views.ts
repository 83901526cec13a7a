import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Agent } from "undici";
import { AskError } from "../ask-error.ts";
import { viewConnector } from "../access/connect.ts";
import { rolesOf, type Roles } from "../access/roles.ts";
import { tokenSource } from "../access/token.ts";
import { viewHost, viewUrl } from "../names.ts";
import { jaegerView, type View } from "./client.ts";

/** The settings that say where the views of a stack are, and who may see them. */
export interface ViewSettings {
  access: {
    domain: string;
    port: number;
    roles: Roles;
    tokenCommand?: readonly string[] | undefined;
    proxyCommand?: readonly string[] | undefined;
  };
  /** PEM files: the root of the views' certificates, and the CA of Vault's own, which is the same by default. */
  vault: { pkiRootFile?: string | undefined; caFile: string };
}

/** The views of a stack. */
export interface Views extends AsyncDisposable {
  view(name: string): View;
}

/**
 * Opens the views of a stack's Jaeger as people open them: by the ingress controller, with an account of the company.
 * Connections are made when they are needed and closed on disposal.
 *
 * @param directory folder to which paths in the settings are relative: that of the stack file.
 * @throws AskError if there is no usable CA.
 */
export function openViews({ access, vault }: ViewSettings, directory: string, signal?: AbortSignal): Views {
  const ca = readCa(resolve(directory, vault.pkiRootFile ?? vault.caFile));
  const token = tokenSource(access.tokenCommand, directory);
  const agents = new Map<string, Agent>();
  return {
    view(name) {
      const host = viewHost(name, access.domain);
      const agent =
        agents.get(name) ??
        new Agent({
          connect: viewConnector({ host, port: access.port, ca, proxyCommand: access.proxyCommand, directory }),
          connections: 1,
        });
      agents.set(name, agent);
      const roles = rolesOf(access.roles, name);
      return jaegerView({ view: name, origin: viewUrl(name, access), dispatcher: agent, token, roles, signal });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new AskError(
      `The root of the stack's certificates cannot be read (vault.pkiRootFile, or vault.caFile): ${(cause as Error).message}`,
      { cause },
    );
  }
}
