/**
 * What each user of the store reaches of what is not its own: by every interface of Elasticsearch that reads, under every name,
 * and by what would change its rights. Beside each, the same for what is its own. Nothing is written.
 */
import { z } from "zod";
import { storeNames } from "../../components/elasticsearch/names.ts";
import { readStack } from "../../config/stack-file.ts";
import { progressWhenSlow } from "../../lib/command-line.ts";
import { catalogue } from "../landscape/catalogue.ts";
import { print, type Finding } from "./findings.ts";
import { auditFindings, wideningFindings, writerFindings } from "./isolation/changes.ts";
import { readerFindings, type Territory } from "./isolation/readers.ts";
import { openSessions, type Sessions } from "./isolation/session.ts";
import { absent } from "./isolation/ways.ts";

const { name: stack, settings } = readStack("local");
const names = storeNames({ stack, settings });
const progress = progressWhenSlow();

const newest = z.object({
  hits: z.object({
    hits: z.tuple([z.object({ _index: z.string(), _id: z.string(), _source: z.object({ spanID: z.string() }) })]),
  }),
});

/** A span of a group, read by the group's own reader. */
async function territoryOf(sessions: Sessions, group: string): Promise<Territory> {
  const read = names.readAlias(group, "span");
  const ask = await sessions.as(names.reader(group));
  const { status, text } = await ask({ method: "POST", path: `/${read}/_search?size=1`, body: {} });
  const found = status === 200 ? newest.safeParse(JSON.parse(text)).data : undefined;
  if (!found)
    throw new Error(`${read} has no span (${status}): without one nothing can be tried. See "npm run local".`);
  const [{ _index: index, _id: id, _source }] = found.hits.hits;
  return { group, read, mark: { index, id, span: _source.spanID } };
}

try {
  await using sessions = await openSessions();
  const territories: Territory[] = [];
  for (const group of catalogue.groups) territories.push(await territoryOf(sessions, group));
  const findings: Finding[] = [];
  for (const own of territories) {
    const { group } = own;
    progress(`trying what ${group}'s reader and writer reach`);
    const others = territories.filter((one) => one !== own);
    const foreign = { ...others[0]!.mark, group: others[0]!.group, read: others[0]!.read };
    const reader = await sessions.as(names.reader(group));
    const writer = await sessions.as(names.writer(group));
    findings.push(
      ...(await readerFindings(reader, own, others)),
      ...(await wideningFindings(`${group}'s reader`, reader, group, foreign)),
      ...(await writerFindings(writer, group, foreign)),
      ...(await wideningFindings(`${group}'s writer`, writer, group, foreign)),
    );
  }
  const [writer, reader] = [await sessions.as(names.audit.writer), await sessions.as(names.audit.reader)];
  const { writeAlias: write, readAlias: read, indices: index } = names.audit;
  findings.push(...(await auditFindings(writer, reader, { write, read, index })));
  if (!print(findings)) process.exitCode = 1;
  const untried = findings.filter(({ found }) => found === absent).length;
  if (untried > 0)
    console.log(`${untried} of them of interfaces that this Elasticsearch has not: nothing is known of those`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
