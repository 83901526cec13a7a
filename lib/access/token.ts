import { text } from "node:stream/consumers";
import { z } from "zod";
import { AskError } from "../ask-error.ts";
import { startCommand, type CommandLine } from "./command.ts";

/** Variable of the environment with a token: for pipelines, which get theirs in another way. */
const variable = "TRACING_ACCESS_TOKEN";

/** A token is renewed so long before it ends, milliseconds: a question may take a while. */
const marginMs = 30_000;

const claims = z.object({
  exp: z.number().optional(),
  sub: z.string().optional(),
  email: z.string().optional(),
  groups: z.union([z.array(z.string()), z.string()]).optional(),
});

/** What a token says of its owner. Not verified here: it is for messages and for its time of life. */
export type Claims = z.infer<typeof claims>;

/** @returns undefined for a text that is no token. */
export function readClaims(token: string): Claims | undefined {
  const [, payload, signature, more] = token.split(".");
  if (payload === undefined || signature === undefined || more !== undefined) return undefined;
  try {
    return claims.safeParse(JSON.parse(Buffer.from(payload, "base64url").toString())).data;
  } catch {
    return undefined;
  }
}

/** Gives a token of the identity provider that is good for a while. */
export type TokenSource = () => Promise<string>;

/**
 * The token of the environment, or of the settings' command, which is run again when its token ends.
 *
 * @param command `access.tokenCommand`.
 * @param directory folder that the command runs in.
 * @param env default: the process's.
 */
export function tokenSource(command: CommandLine | undefined, directory: string, env = process.env): TokenSource {
  let current: Promise<string> | undefined;
  let ends = 0;
  return () => {
    const given = env[variable]?.trim();
    if (given) return Promise.resolve(checked(given, variable));
    if (command === undefined) {
      return Promise.reject(
        new AskError(
          `No token: the views ask who you are.\n  write:   export ${variable}=<a token of the company's identity provider>, or access.tokenCommand in the stack file`,
        ),
      );
    }
    if (current === undefined || Date.now() > ends - marginMs) {
      // Views that are asked at once share one run.
      ends = Infinity;
      current = run(command, directory).then(
        (token) => {
          ends = (readClaims(token)?.exp ?? Infinity) * 1000;
          return token;
        },
        (error: unknown) => {
          current = undefined;
          throw error;
        },
      );
    }
    return current;
  };
}

async function run(command: CommandLine, directory: string): Promise<string> {
  const { child, ended } = startCommand("access.tokenCommand", command, directory);
  child.stdin.on("error", () => undefined).end();
  const [output] = await Promise.all([text(child.stdout), ended]);
  return checked(output.trim(), "access.tokenCommand");
}

/** Never shows it: what is no token may be a password. */
function checked(token: string, source: string): string {
  if (readClaims(token)) return token;
  throw new AskError(`${source} gives no token: a JSON Web Token is wanted, three parts with dots between them.`);
}
