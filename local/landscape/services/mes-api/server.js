"use strict";

const { default: pRetry } = require("p-retry");
const { openBroker } = require("./broker.js");
const { openDatabase } = require("./database.js");
const { httpApi } = require("./http.js");
const log = require("./log.js");
const { messageHandlers } = require("./messages.js");
const { settings: readSettings } = require("./settings.js");
const { openStorage } = require("./storage.js");

const settings = readSettings();
const stopping = new AbortController();
const database = openDatabase(settings.db, (error) => log.error(`database connection lost: ${error.message}`));
const handlers = messageHandlers({ database, storage: openStorage(settings.storage), settings });
let broker;

/** Others may come up later than we do, and go away meanwhile: try for as long as the process runs. */
function untilItWorks(what, attempt) {
  return pRetry(attempt, {
    retries: Infinity,
    minTimeout: 500,
    maxTimeout: 5000,
    signal: stopping.signal,
    onFailedAttempt: ({ error }) => log.error(`${what} is not there yet: ${error.message || error.code}`),
  });
}

async function connectBroker() {
  broker = await untilItWorks("the broker", () =>
    openBroker(settings.broker, handlers, () => {
      log.error("broker connection lost");
      broker = undefined;
      connectBroker().catch(stop);
    }),
  );
  log.info("broker connected");
}

const server = httpApi({ database, broker: () => broker }).listen(settings.port, () =>
  log.info("listening", { port: settings.port }),
);

async function stop(error) {
  if (stopping.signal.aborted) return;
  stopping.abort();
  // Never longer than the pod's grace period.
  setTimeout(() => process.exit(1), 20_000).unref();
  server.close();
  await broker?.close();
  await database.close();
  log.info("stopped");
  process.exit(error instanceof Error ? 1 : 0);
}
process.once("SIGTERM", stop);
process.once("SIGINT", stop);

untilItWorks("the database", () => database.migrate())
  .then(connectBroker)
  .catch((error) => {
    if (stopping.signal.aborted) return;
    log.error(error.message);
    return stop(error);
  });
