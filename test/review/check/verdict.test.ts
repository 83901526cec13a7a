import type { Finding } from "../../../review/check/finding.ts";
import { lacking, note, stop, unread } from "../../../review/check/finding.ts";
import { verdictOf } from "../../../review/check/verdict.ts";

const verdict = (findings: Finding[], check: "stop" | "warn", preview: boolean) =>
  verdictOf([{ name: "vault", looked: "", findings }], { check, preview });

const stops =
  "Something is not as the stack needs it. Nothing was changed.\nstop: vault: it is sealed.\n  write:   unseal";
const lacks = "This run may not do what it would have to. Nothing was changed.\nnot by this run: vault: no token.";
const sealed = stop("it is sealed", "unseal");
const weak = lacking("no token");

test.each<[string, Finding[], boolean, string | undefined]>([
  ["nothing ends a preview", [note("a"), unread("b")], true, undefined],
  ["nothing ends an up", [note("a"), unread("b")], false, undefined],
  ["what is wrong ends a preview", [sealed], true, stops],
  ["what is wrong ends an up", [sealed], false, stops],
  ["what the run lacks ends no preview", [weak], true, undefined],
  ["what the run lacks ends an up", [weak], false, lacks],
  ["both end an up", [sealed, weak], false, `${stops}\n${lacks}`],
])("%s", (_, findings, preview, end) => expect(verdict(findings, "stop", preview).end).toBe(end));

test("whatever ends nothing is said", () => {
  const all = [sealed, weak, note("a"), unread("b")];
  const [stopLine, lackLine] = [stops, lacks].map((text) => text.slice(text.indexOf("\n") + 1));
  const rest = { remarks: ["not readable: vault: b."] };
  for (const preview of [true, false])
    expect(verdict(all, "warn", preview)).toEqual({
      end: undefined,
      warnings: ["note: vault: a.", stopLine, lackLine],
      ...rest,
    });
  expect(verdict(all, "stop", true)).toEqual({ end: stops, warnings: ["note: vault: a.", lackLine], ...rest });
  expect(verdict(all, "stop", false)).toEqual({ end: `${stops}\n${lacks}`, warnings: ["note: vault: a."], ...rest });
});
