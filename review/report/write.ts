import { rename, rm, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { AskError } from "../../lib/ask-error.ts";
import { commentLimit, fitted, type Section } from "./section.ts";

/**
 * Writes a report within the size of a comment, and the whole of it beside it if it had to be cut. A file is replaced at once: who
 * reads it meanwhile, or after Ctrl-C, has the one before or the new one.
 *
 * @param link where people find the whole report. Undefined: the file beside it.
 * @returns where it is, as a sentence.
 */
export async function writeReport(
  sections: readonly Section[],
  output: string,
  link: string | undefined,
): Promise<string> {
  const { dir, name, ext } = parse(output);
  const wholeFile = join(dir, `${name}.whole${ext}`);
  const whole = fitted(sections, Infinity, "");
  const rest = link ? `[The whole report](${link}).` : `The whole report: \`${wholeFile}\`.`;
  const text = fitted(sections, commentLimit, rest);
  await replace(output, text);
  if (text === whole) {
    // Of an earlier run.
    await rm(wholeFile, { force: true });
    return `The report is in ${output}.`;
  }
  await replace(wholeFile, whole);
  return `The report is in ${output}, the whole of it in ${wholeFile}.`;
}

async function replace(file: string, text: string): Promise<void> {
  const next = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(next, text);
    await rename(next, file);
  } catch (cause) {
    await rm(next, { force: true });
    throw new AskError(`The report cannot be written to ${file}: ${(cause as Error).message}`, { cause });
  }
}
