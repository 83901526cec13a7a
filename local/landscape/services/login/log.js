/** One JSON object per line. Log accounts and reasons, never passwords, codes or tokens. */
function write(stream, level, message, fields) {
  stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}

export const info = (message, fields) => write(process.stdout, "info", message, fields);
export const error = (message, fields) => write(process.stderr, "error", message, fields);
