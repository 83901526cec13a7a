"use strict";

/** One JSON object per line; errors go to standard error. Log order ids and messages, never bodies or settings. */
function write(stream, level, message, fields) {
  stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}

exports.info = (message, fields) => write(process.stdout, "info", message, fields);
exports.error = (message, fields) => write(process.stderr, "error", message, fields);
