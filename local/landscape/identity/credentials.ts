import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { accounts } from "./accounts.ts";
import { credentialsFile } from "./settings.ts";

/** What the company's sign-in gave out: to the application, and to each account by its name. All are 256 random bits. */
export interface Credentials {
  readonly clientSecret: string;
  readonly passwords: Readonly<Record<string, string>>;
}

/**
 * Makes the credentials that are missing. What is there stays: the client secret is in Vault by then.
 *
 * @param file default: where the local environment keeps them
 */
export async function ensureCredentials(file: string = credentialsFile): Promise<Credentials> {
  const present = await read(file);
  const wanted: Credentials = {
    clientSecret: present?.clientSecret ?? random(),
    passwords: Object.fromEntries(accounts.map(({ name }) => [name, present?.passwords[name] ?? random()])),
  };
  const text = `${JSON.stringify(wanted, undefined, 2)}\n`;
  if (JSON.stringify(present) === JSON.stringify(wanted)) return wanted;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Whole or not at all: half a file would be taken for lost credentials.
  await writeFile(`${file}.new`, text, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
  return wanted;
}

/** @throws if they were never made, or cannot be read */
export async function readCredentials(file: string = credentialsFile): Promise<Credentials> {
  const present = await read(file);
  if (present) return present;
  throw new Error(`There is no ${file}: the company's sign-in is not set up. Run "npm run local".`);
}

/** As the provider's pod has it. */
export function sha256(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

async function read(file: string): Promise<Credentials | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Credentials;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function random(): string {
  return randomBytes(32).toString("base64url");
}
