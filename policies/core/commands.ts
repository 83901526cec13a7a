import { leavesOf, recordsOf } from "./configurations.ts";
import { list, remembered, text, within } from "./value.ts";
import type { Resource } from "./resource.ts";

/** What is run, or may be: `command` and `args` as one line, and every text, which can be a script. */
export const commandsOf = remembered((resource: Resource): { path: string; line: string }[] => [
  ...recordsOf(resource).flatMap(({ value, path }) => {
    const key = Array.isArray(value["command"]) ? "command" : "args";
    const words = [...list(value["command"]), ...list(value["args"])].map((word) => text(word) ?? "");
    return words.length > 0 ? [{ path: within(path, key), line: words.join(" ") }] : [];
  }),
  ...leavesOf(resource)
    .filter(({ path, value }) => typeof value === "string" && value.includes(" ") && !/\b(?:command|args)\b/.test(path))
    .map(({ path, value }) => ({ path, line: String(value) })),
]);
