import { ottlText, type Group } from "../ottl.ts";

/** Where statements are, in old and new conventions. */
const statementKeys = ["db.query.text", "db.statement"];

/**
 * What may hold data: comments, dollar-quoted and quoted text. Quoted names are read as well, or a quote inside of one would
 * turn the rest around; they are kept. A literal without an end goes to the end of the text.
 */
const literals = String.raw`("[^"]*")|--[^\n]*|/\*(?s:.*?)(?:\*/|\z)|\$(?:[A-Za-z_]\w*)?\$(?s:.*)|(')(?:[^']|'')*(?:(')|\z)`;

/** Numbers, but not those of names (`t1`) and bound parameters (`$1`). */
const numbers = String.raw`(^|[^\w$.?:"])[0-9][\w.]*`;

/**
 * Takes the literals out of SQL. The Java agent does it by itself, Node.js and .NET hand on what the program wrote. The
 * redaction processor's own sanitiser is not used: it passes on what it cannot read.
 */
export function sqlGroups(): Group[] {
  return statementKeys.map((key) => {
    const text = `span.attributes["${key}"]`;
    const has = (pattern: string) => `IsMatch(${text}, ${ottlText(pattern)})`;
    const replace = (pattern: string, by: string, where: string) =>
      `replace_pattern(${text}, ${ottlText(pattern)}, ${ottlText(by)}) where ${where}`;
    return {
      context: "span",
      conditions: [`${text} != nil`],
      statements: [
        // Whether a backslash escapes a quote depends on the server's settings: such a statement cannot be read.
        `set(${text}, "?") where not IsString(${text}) or ${has("\\\\")}`,
        // To look for single characters first is cheap, and Java's statements have none of them.
        replace(literals, "$1$2$3", ["'", "--", "/\\*", "\\$\\$", "\\$[A-Za-z_]"].map(has).join(" or ")),
        replace("''", "?", has("''")),
        replace(numbers, "$1?", has("[0-9]")),
      ],
    };
  });
}
