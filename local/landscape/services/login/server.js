import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import * as log from "./log.js";
import { signIn } from "./login.js";
import { identityProvider } from "./provider.js";

const { PORT = "8443", SETTINGS_FILE, TLS_DIRECTORY } = process.env;
for (const [name, value] of Object.entries({ SETTINGS_FILE, TLS_DIRECTORY })) {
  if (value === undefined) throw new Error(`${name} is not set; README.md lists what there is`);
}
const settings = JSON.parse(readFileSync(SETTINGS_FILE, "utf8"));
const provider = identityProvider(settings);
const serve = provider.callback();
const tls = {
  cert: readFileSync(join(TLS_DIRECTORY, "tls.crt")),
  key: readFileSync(join(TLS_DIRECTORY, "tls.key")),
  minVersion: "TLSv1.2",
};

const server = createServer(tls, (request, response) => {
  if (request.url === "/health") return void response.end("ok\n");
  signIn(provider, settings.accounts, request, response)
    .then((done) => done || serve(request, response))
    .catch((error) => {
      // An interaction that is over, or another browser's.
      log.error(error.message, { detail: error.error_description });
      if (!response.headersSent) response.writeHead(error.statusCode ?? 500, { "content-type": "text/plain" });
      response.end("This sign-in cannot go on. Open the page again that you came from.\n");
    });
});
server.listen(Number(PORT), () => log.info("serving", { issuer: settings.issuer, port: server.address().port }));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  });
}
