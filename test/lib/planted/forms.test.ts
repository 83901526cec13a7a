import { finderOf, textOf } from "../../../lib/planted/forms.ts";

const value = 'Erika "E" Mustermann+1';

describe("a value is found", () => {
  test.each([
    ["as it is", `to ${value}.`],
    ["in capitals", value.toUpperCase()],
    ["in JSON", JSON.stringify({ value })],
    ["in JSON within JSON", JSON.stringify(JSON.stringify({ value }))],
    ["percent-coded", `/find/${encodeURIComponent(value)}/x`],
    ["as a form sends it", `q=${encodeURIComponent(value).replaceAll("%20", "+")}`],
    ["percent-coded twice", encodeURIComponent(encodeURIComponent(value))],
    ["in hexadecimal", Buffer.from(value).toString("hex").toUpperCase()],
    ...[0, 1, 2].flatMap((offset): [string, string][] => {
      const text = Buffer.from(`${"x".repeat(offset)}${value} and more`);
      return [
        [`in Base64, ${offset} bytes behind its begin`, text.toString("base64")],
        [`in Base64 for URLs, ${offset} bytes behind its begin`, text.toString("base64url")],
      ];
    }),
  ])("%s", (_title, text) => expect(finderOf(value)(textOf(text))).toBe(true));

  test("as a number with a fraction, as Jaeger writes it", () => {
    const stored = ["4.111111111e+15", "4111111111111111"];
    expect(stored.map((text) => finderOf("4111111111111111")(textOf(text)))).toEqual([true, true]);
    expect(finderOf("2200000000000004")(textOf("2.2e+15"))).toBe(true);
  });
});

test("other values are not", () => {
  expect(finderOf(value)(textOf("Erika E Mustermann+1, RXJpa2EgTQ=="))).toBe(false);
  // Of a short value no piece of Base64 is left that would say anything.
  expect(finderOf("Max")(textOf(Buffer.from("xMaybe").toString("base64")))).toBe(false);
});
