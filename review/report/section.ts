/** The most characters that a comment of GitHub takes; GitLab takes more. */
export const commentLimit = 65_536;

/** A part of the report that is shown as a whole, in short, or not at all. */
export interface Section {
  readonly title: string;
  readonly body: string;
  /** What stands there if there is no room for the body. Default: nothing, and the title is among what is left out. */
  readonly short?: string;
}

/**
 * Joins sections in their order, as many as there is room for: first all that have a short form in that, then whole ones from
 * the first to the last. What is not there, or in short only, is named, with the place where it is.
 *
 * @param limit characters, as a comment counts them.
 * @param rest where the whole report is, as Markdown.
 */
export function fitted(sections: readonly Section[], limit: number, rest: string): string {
  const whole = join(sections.map(({ body }) => body));
  if (whole.length <= limit) return whole;
  const chosen = sections.map(({ short }) => short);
  const text = () => {
    const left = sections.filter(({ body }, index) => chosen[index] !== body).map(({ title }) => title);
    return join([
      ...chosen,
      left.length > 0 ? `**Not shown whole**, for want of room: ${left.join(", ")}. ${rest}` : undefined,
    ]);
  };
  for (const [index, { body, short }] of sections.entries()) {
    chosen[index] = body;
    // A small section after one that is too large still has its place.
    if (text().length > limit) chosen[index] = short;
  }
  return cut(text(), limit);
}

const join = (parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== "").join("\n\n") + "\n";

/** The last resort: even the short forms are too long together. No line, and so no fence of one line, is cut in two. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = "\n\n**Cut here**: this is too much for one comment.\n";
  return text.slice(0, text.lastIndexOf("\n", limit - end.length)) + end;
}
