import { reportSections } from "../../review/report/report.ts";
import { stackSettings, makeGraph } from "../support/stack-graph.ts";
import { run, step } from "./events.ts";

/** What a report says of how long something is kept, from the very resources that a stack with such settings registers. */

const access = (auditDays: number) => ({ ...(stackSettings("dev")["access"] as object), auditDays });

async function lifecycles(retentionDays: number, auditDays: number) {
  const graph = await makeGraph("dev", { settings: { retentionDays, access: access(auditDays) } });
  return graph.filter(({ type }) => type.endsWith(":ElasticsearchIndexLifecycle"));
}

async function reportOf(before: [retention: number, audit: number], after: [retention: number, audit: number]) {
  // One after the other: the SDK has one program at a time.
  const old = await lifecycles(...before);
  const now = await lifecycles(...after);
  const steps = now.map(({ type, name, inputs }) =>
    step(type, old.find((one) => one.name === name)!.inputs, inputs, {
      name,
      urn: `urn:pulumi:dev::x::${type}::${name}`,
    }),
  );
  const load = () => ({ tracesPerSecond: 1, spansPerSecond: 10, bytesPerSecond: 5_000 });
  const preview = { stack: "dev", run: run(steps), exitCode: 0, policies: true, load };
  return reportSections(preview)
    .map(({ body }) => body)
    .join("\n");
}

test("traces are kept for what the settings say, not for what an index lives after it was closed", async () => {
  const text = await reportOf([30, 180], [14, 180]);
  expect(text).toContain("| Traces are kept for | 30 days | **14 days** |");
  expect(text).toContain("`Stored traces`: those older than 14 days are deleted within minutes: 16 days of traces");
});

test("a day is a day, although half of it is written in hours", async () => {
  const text = await reportOf([1, 180], [2, 180]);
  expect(text).toContain("| Traces are kept for | 1 days | **2 days** |");
  expect(text).toContain("`Stored traces`: are kept for 2 days instead of 1");
});

test("records of who read what are no traces", async () => {
  const text = await reportOf([14, 180], [14, 90]);
  expect(text).toContain(
    "`Records of who read what`: those older than 90 days are deleted within minutes: 90 days of records",
  );
  expect(text).not.toContain("Stored traces`");
});
