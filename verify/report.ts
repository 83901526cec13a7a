import Table from "cli-table3";
import type { EdgeResult, Proof } from "./proof.ts";

/** The proof for people: a table, then what is wrong and what to know. */
export function report(proof: Proof): string {
  const table = new Table({
    head: ["edge", "seen", "count", "example trace", "group", "last seen"],
    style: { head: [], border: [], compact: true },
  });
  table.push(
    ...proof.edges.map((edge) => [
      edge.id,
      seen(edge),
      edge.state === "off" ? "" : String(edge.count),
      [...edge.traces, ...(edge.joinedBy ? [`joined by ${edge.joinedBy.attribute} ${edge.joinedBy.value}`] : [])].join(
        "\n",
      ),
      edge.groups.join(", "),
      edge.last?.replace("T", " ").replace(/\.\d+Z$/, "Z") ?? "",
    ]),
  );
  const required = proof.edges.filter((edge) => edge.required);
  const missing = required.filter(({ state }) => state === "missing");
  return [
    table.toString(),
    `${required.length - missing.length} of ${required.length} required edges seen since ${proof.since}.`,
    ...missing.map(({ id, hint }) => `missing: ${id}: ${hint}`),
    ...proof.leaks.map((leak) => `leak: ${leak}`),
    ...proof.cut.map((cut) => `cut: ${cut}; --depth reads more, --since less time`),
  ].join("\n");
}

function seen({ state, required }: EdgeResult): string {
  if (state === "missing") return required ? "NO" : "no (optional)";
  return state === "seen" ? "yes" : "off";
}
