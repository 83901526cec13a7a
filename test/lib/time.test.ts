import { durationText } from "../../lib/time.ts";

test.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [57_400, "57 s"],
  [60_000, "1 min"],
  [11_520_000, "3 h 12 min"],
  [3_600_000 + 5_000, "1 h"],
  [86_400_000 * 2 + 3_600_000 * 3, "2 d 3 h"],
  [59_999, "1 min"],
])("%d ms for people: %s", (milliseconds, text) => expect(durationText(milliseconds)).toBe(text));
