import { readArguments, runCommand } from "../support/run-command.ts";
import { parseDuration, parseSince } from "../../lib/time.ts";
import { parseArguments } from "../../verify/arguments.ts";

describe("times", () => {
  test.each([
    ["90s", 90_000],
    ["15m", 900_000],
    ["2h", 7_200_000],
    ["3d", 259_200_000],
  ])("%s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
    expect(parseSince(text, 1e12)).toBe(1e12 - milliseconds);
  });

  test("a point in time", () => expect(parseSince("2026-01-31T12:00:00+01:00")).toBe(Date.UTC(2026, 0, 31, 11)));

  test.each(["", "15", "1.5h", "0s", "yesterday", "2026-01-31", "2026-13-31T12:00:00Z", "2999-01-01T00:00:00Z"])(
    'refuses "%s"',
    (text) => expect(() => parseSince(text)).toThrow(RangeError),
  );
});

describe("the command line", () => {
  test.each([
    [[], "--stack"],
    [["--stack", "local", "--since", "yesterday"], "is no time"],
    [["--stack", "local", "--depth", "0"], "1 to 1500"],
    [["--stack", "local", "--customers", "-"], "goes with --leaks"],
    [["--stack", "local", "--leaks", "--most", "0"], "is not from 1 to 999999999"],
  ])("%j cannot ask: exit code 2", async (args, text) => {
    expect(await readArguments(parseArguments, ...args)).toEqual({
      status: 2,
      stderr: expect.stringContaining(text) as string,
    });
  });

  test("reads a stack's settings, and says which file it has not", () => {
    const { status, stderr } = runCommand("verify/main.ts", "--stack", "no-such-stack");
    expect(stderr).toContain("Pulumi.no-such-stack.yaml");
    expect(status).toBe(2);
  });
});
