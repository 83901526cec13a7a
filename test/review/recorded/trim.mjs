// Makes a recording of a real preview small: what stays as it is goes, but for the components that something is in, and what
// the providers computed goes. To record one:
//   PULUMI_DEBUG_COMMANDS=true pulumi preview --stack dev --policy-pack policies --event-log events.jsonl
//   node test/review/recorded/trim.mjs events.jsonl > test/review/recorded/<name>.jsonl
// With `preview --refresh`, what was read of each resource that differs, or that others have written to, stays whole. An argument more
// keeps one resource of each type as well.
import { readFileSync } from "node:fs";
import process from "node:process";

const [file, oneOfEach] = process.argv.slice(2);
const events = readFileSync(file, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
const changed = new Set(steps.filter(({ op }) => op !== "same" && op !== "refresh").map(({ urn }) => urn));
const parents = new Map(steps.map(({ urn, new: now, old }) => [urn, (now ?? old).parent]));
const kept = new Set(changed);
for (const urn of changed) for (let at = parents.get(urn); at; at = parents.get(at)) kept.add(at);

const types = new Set();
const own = /^(?:pulumi-kubernetes-|tracing-|kube-|company$)/;
function isTold({ type, new: now, detailedDiff }) {
  const first = oneOfEach !== undefined && !types.has(type);
  types.add(type);
  const writers = now?.outputs?.metadata?.managedFields ?? [];
  return (
    first ||
    now === null ||
    Object.keys(detailedDiff ?? {}).length > 0 ||
    writers.some(({ manager }) => !own.test(manager))
  );
}

const trimmed = (state) => state && { ...state, outputs: {} };
const read = ({ old, new: now, ...rest }) => {
  const outputs = { ...now?.outputs };
  delete outputs.__inputs;
  delete outputs.status;
  return { ...rest, old: trimmed(old), new: now && { ...now, outputs } };
};

for (const event of events) {
  const { resourcePreEvent: pre, resOutputsEvent: end, policyEvent, diagnosticEvent, summaryEvent } = event;
  if (pre && kept.has(pre.metadata.urn) && pre.metadata.op !== "refresh") {
    const { metadata } = pre;
    const said = { ...metadata, old: trimmed(metadata.old), new: trimmed(metadata.new) };
    process.stdout.write(`${JSON.stringify({ ...event, resourcePreEvent: { ...pre, metadata: said } })}\n`);
  } else if (end?.metadata.op === "refresh" && isTold(end.metadata)) {
    process.stdout.write(
      `${JSON.stringify({ ...event, resOutputsEvent: { ...end, metadata: read(end.metadata) } })}\n`,
    );
  } else if (policyEvent || summaryEvent || ["error", "warning"].includes(diagnosticEvent?.severity)) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
  }
}
