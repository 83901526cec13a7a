import Table from "cli-table3";
import { isUnseen, type EdgeResult, type Proof } from "./proof.ts";

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
      [
        ...edge.traces,
        ...(edge.joinedBy ? [`joined by ${edge.joinedBy.attribute} ${edge.joinedBy.value}`] : []),
        ...(edge.linked ? ["joined by a span link"] : []),
      ].join("\n"),
      edge.groups.join(", "),
      edge.last?.replace("T", " ").replace(/\.\d+Z$/, "Z") ?? "",
    ]),
  );
  const required = proof.edges.filter((edge) => edge.required);
  const missing = required.filter(isUnseen);
  return [
    table.toString(),
    `${required.length - missing.length} of ${required.length} required edges seen since ${proof.since}.`,
    ...missing.map(({ id, state, hint }) => `${state === "idle" ? "no traffic" : "missing"}: ${id}: ${hint}`),
    ...(missing.some(({ state }) => state === "idle")
      ? [
          "No order was seen where it says no traffic, so nothing is proven there. --since 1d looks farther back, and proof.lookbackMinutes always.",
        ]
      : []),
    ...proof.notes.map((note) => `note: ${note}`),
    ...proof.leaks.map((leak) => `leak: ${leak}`),
    ...proof.cut.map((cut) => `cut: ${cut}; --depth reads more, --since less time`),
  ].join("\n");
}

function seen({ state, required }: EdgeResult): string {
  if (state === "missing") return required ? "NO" : "no (optional)";
  if (state === "idle") return "no traffic";
  return state === "seen" ? "yes" : "off";
}
