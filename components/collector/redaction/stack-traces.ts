import { ottlText, type Group } from "../ottl.ts";

/** The key of the frames that are set aside. What claims to be it was taken away before, see `identity.ts`. */
export const asideKey = "redaction.frames";

const trace = `spanevent.attributes["exception.stacktrace"]`;
const frames = `spanevent.attributes["${asideKey}"]`;

/** A word of a program's own names, as strict as those of the harmless shapes: no token looks like it for long. */
const word = "(?:[A-Z_]{1,10}(?:[a-z][a-z_]*(?:[A-Z][a-z_]+)*)?|[a-z][a-z_]*(?:[A-Z][a-z_]+)*)[0-9]{0,5}";
/** Class and method. A number of its own only behind `$`, where the compiler counts. */
const method = String.raw`${word}(?:[./](?:${word}|<(?:clinit|init)>)?|\$(?:${word}|[0-9]{1,5})?)*`;
const place = String.raw`(?:<generated>|${word}(?:\.${word}(?::[0-9]{1,5})?| (?:Method|Source)))`;
/** The SDK cuts long values, so that the last frame may have no end. */
const frame = String.raw`\n\tat ${method}(?:\((?:${place}\)?)?)?`;

/** A message of one line and the frames of the JVM below it, of which nothing is anybody's but the program's. */
const plainTrace = String.raw`^[^\n]*(?:${frame})+\z`;

/**
 * Of a stack trace only the message is searched: the frames are set aside where all of them are names and line numbers. They
 * are the longest values that there are, and to search them would be most of what the redaction does. Anything else among
 * them (a cause with its own message, another runtime's frames), and the whole is searched like every value.
 */
export const asideGroup: Group = {
  context: "spanevent",
  conditions: [`IsMatch(${trace}, ${ottlText(plainTrace)})`],
  statements: [
    `set(${frames}, ${trace})`,
    `set(${trace}, Split(${frames}, "\\n")[0])`,
    `set(${frames}, Substring(${frames}, Len(${trace}), Len(${frames}) - Len(${trace})))`,
  ],
};

/** Puts the frames back below the cleaned message. */
export const backGroup: Group = {
  context: "spanevent",
  conditions: [`${frames} != nil`],
  statements: [`set(${trace}, Concat([${trace}, ${frames}], ""))`, `delete_key(spanevent.attributes, "${asideKey}")`],
};
