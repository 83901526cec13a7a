/** The proof could not ask. The message says what is wrong and what to do. */
export class AskError extends Error {
  override name = "AskError";
  /** It may go by itself, for example while pods start: worth another try as long as there is time. */
  readonly transient: boolean;

  constructor(message: string, options: { transient?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.transient = options.transient ?? false;
  }
}
