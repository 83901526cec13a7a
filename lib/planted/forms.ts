/** Pieces of Base64 below this length are in any text by chance. */
const leastCoded = 8;

/**
 * Texts in which a value would still be readable.
 *
 * @returns `folded`: forms that mean the same in capitals. `exact`: forms in which capitals count.
 */
function formsOf(value: string): { folded: string[]; exact: string[] } {
  const percent = encodeURIComponent(value);
  const bytes = Buffer.from(value);
  const base64 = [bytes.toString("base64"), ...[0, 1, 2].map((offset) => base64Within(bytes, offset))];
  const folded = [
    value,
    // Within JSON, and within JSON that stands in JSON.
    escaped(value),
    escaped(escaped(value)),
    percent,
    percent.replaceAll("%20", "+"),
    encodeURIComponent(percent),
    bytes.toString("hex"),
    ...(/^[0-9]{10,18}$/.test(value) ? fractions(Number(value)) : []),
  ];
  return {
    folded: distinct(folded.map((form) => form.toLowerCase())),
    exact: distinct(
      base64
        .filter((form) => form.length >= leastCoded)
        .flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]),
    ),
  };
}

/** Says whether a text holds the value in any form. */
export function finderOf(value: string): (text: Text) => boolean {
  const { folded, exact } = formsOf(value);
  return (text) => folded.some((form) => text.folded.includes(form)) || exact.some((form) => text.exact.includes(form));
}

/** A text that is searched for many values. */
export interface Text {
  exact: string;
  folded: string;
}

export const textOf = (text: string): Text => ({ exact: text, folded: text.toLowerCase() });

const escaped = (value: string) => JSON.stringify(value).slice(1, -1);
const distinct = (forms: readonly string[]) => [...new Set(forms)];

/** What is always the same of the Base64 of a longer text that has the bytes at an offset: without characters that share bits. */
function base64Within(bytes: Buffer, offset: number): string {
  const coded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const end = (offset + bytes.length) % 3 === 0 ? coded.length : coded.length - 1;
  return coded.slice(offset === 0 ? 0 : offset + 1, end);
}

/** How programs write a number that they hold as a fraction. Jaeger stores ten digits of it. */
function fractions(number: number): string[] {
  const ten = number.toPrecision(10);
  return [number.toExponential(), ten, ten.replace(/\.?0+e/, "e")];
}
