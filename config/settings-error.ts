/** Settings that cannot be used. The message names each key, the value given, what is allowed, and the line to write. */
export class SettingsError extends Error {
  override name = "SettingsError";
}
