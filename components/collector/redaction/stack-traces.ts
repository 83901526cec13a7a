import { ottlText, type Group } from "../ottl.ts";
import { word } from "./harmless-shapes.ts";

/** The key of the frames that are set aside. What claims to be it was taken away before, see `identity.ts`. */
export const asideKey = "redaction.frames";

const trace = `spanevent.attributes["exception.stacktrace"]`;
const frames = `spanevent.attributes["${asideKey}"]`;

/** Class and method, of words as strict as those of the harmless shapes: no token looks like them for long. A number of its own only behind `$`, where the compiler counts. */
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
