/** An error for people: its message says what is wrong, with which value, and what to do. No stack trace helps. */
export class AskError extends Error {
  override name = "AskError";
  /** It may go by itself, for example while pods start: worth another try as long as there is time. */
  readonly transient: boolean;
  /** Who asked has no right to it. */
  readonly mayNot: boolean;

  constructor(message: string, options: { transient?: boolean; mayNot?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.transient = options.transient ?? false;
    this.mayNot = options.mayNot ?? false;
  }
}
