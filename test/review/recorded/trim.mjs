// Makes a recording of a real preview small: what stays as it is goes, but for the components that something is in, and what
// the providers computed goes. To record one:
//   PULUMI_DEBUG_COMMANDS=true pulumi preview --stack dev --policy-pack policies --event-log events.jsonl
//   node test/review/recorded/trim.mjs events.jsonl > test/review/recorded/<name>.jsonl
import { readFileSync } from "node:fs";
import process from "node:process";

const events = readFileSync(process.argv[2], "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
const changed = new Set(steps.filter(({ op }) => op !== "same").map(({ urn }) => urn));
const parents = new Map(steps.map(({ urn, new: now, old }) => [urn, (now ?? old).parent]));
const kept = new Set(changed);
for (const urn of changed) for (let at = parents.get(urn); at; at = parents.get(at)) kept.add(at);

const trimmed = (state) => state && { ...state, outputs: {} };
for (const event of events) {
  const { resourcePreEvent: pre, policyEvent, diagnosticEvent, summaryEvent } = event;
  if (pre && kept.has(pre.metadata.urn)) {
    const { metadata } = pre;
    const said = { ...metadata, old: trimmed(metadata.old), new: trimmed(metadata.new) };
    process.stdout.write(`${JSON.stringify({ ...event, resourcePreEvent: { ...pre, metadata: said } })}\n`);
  } else if (policyEvent || summaryEvent || ["error", "warning"].includes(diagnosticEvent?.severity)) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
  }
}
