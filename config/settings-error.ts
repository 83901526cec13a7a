import { AskError } from "../lib/ask-error.ts";

/** Settings that cannot be used. The message names each key, the value given, what is allowed, and the line to write. */
export class SettingsError extends AskError {
  override name = "SettingsError";
}
