import Table from "cli-table3";

/** One thing that was tried. */
export interface Finding {
  /** Who tried what. */
  readonly what: string;
  /** Which layer has to refuse it; `-`: it is allowed. */
  readonly layer: string;
  readonly expected: string;
  readonly found: string;
  readonly good: boolean;
}

/** Tries something. An error is a finding as well: nothing that was not seen may pass. */
export async function attempt(
  what: string,
  layer: string,
  expected: string,
  run: () => Promise<{ found: string; good: boolean }>,
): Promise<Finding> {
  try {
    return { what, layer, expected, ...(await run()) };
  } catch (error) {
    const found = `error: ${(error as Error).message.split("\n")[0]}`;
    return { what, layer, expected, found, good: false };
  }
}

/** @returns whether all was as expected */
export function print(findings: readonly Finding[]): boolean {
  const table = new Table({
    head: ["tried", "who refuses it", "expected", "found", ""],
    colWidths: [40, 22, 30, 44, 10],
    style: { head: [], border: [] },
    wordWrap: true,
  });
  for (const { what, layer, expected, found, good } of findings) {
    table.push([what, layer, expected, found, good ? "ok" : "SURPRISE"]);
  }
  console.log(table.toString());
  const surprises = findings.filter(({ good }) => !good).length;
  console.log(`${findings.length} tried, ${surprises} surprises`);
  return findings.length > 0 && surprises === 0;
}
