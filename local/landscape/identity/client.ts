import { Agent, request, type buildConnector } from "undici";
import { accounts } from "./accounts.ts";
import type { Credentials } from "./credentials.ts";
import { issuer } from "./settings.ts";

/**
 * A bearer token of an account, by the grant that service accounts use (client credentials): the account's name and
 * password are the client's. It lives for five minutes.
 *
 * @param connect makes the connection to the provider
 * @param endpoint default: the company's
 * @throws for an unknown account, and with the provider's reason if it refuses
 */
export async function fetchToken(
  account: string,
  { passwords }: Credentials,
  connect: buildConnector.connector,
  endpoint: string = `${issuer}/token`,
): Promise<string> {
  const password = passwords[account];
  if (password === undefined) {
    throw new Error(`There is no account ${account}. Known are: ${accounts.map(({ name }) => name).join(", ")}`);
  }
  const dispatcher = new Agent({ connect });
  try {
    const { statusCode, body } = await request(endpoint, {
      dispatcher,
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${account}:${password}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
    });
    const answer = (await body.json()) as { access_token?: string; error?: string; error_description?: string };
    if (answer.access_token !== undefined) return answer.access_token;
    const reason = [answer.error, answer.error_description].filter(Boolean).join(": ");
    throw new Error(`${endpoint} gave ${account} no token (${statusCode} ${reason})`);
  } finally {
    await dispatcher.close();
  }
}
