import { parseDuration } from "../lib/time.ts";
import { edgeId, type Catalogue, type CatalogueStep } from "./model.ts";

/** Longest time that a step may have: no trace is kept longer, see `retentionDays`. */
const longestMs = parseDuration("365d");

/**
 * What is wrong with the steps of a catalogue, a sentence each. The types say most of it already, but not to somebody who
 * runs a catalogue without checking it.
 */
export function stepProblems({ steps = {}, services, frontends, edges }: Catalogue): string[] {
  const all = Object.entries<CatalogueStep>(steps);
  const edgeIds = new Set(edges.filter(({ kind }) => kind === "message").map(edgeId));
  const problems = all.flatMap(([id, { title, service, request, message, next }]) => {
    const times = [
      ["message.within", message?.within],
      ["next.within", next?.within],
    ] as const;
    const edge = message && edgeId({ kind: "message", from: service, via: message.via, to: message.to });
    return [
      title.trim() === "" && "has no title",
      !(service in services) && `happens at ${JSON.stringify(service)}, which is no service`,
      !request && !message && "has neither a request nor a message: nothing would show it",
      request &&
        !/^[A-Z]+ \/\S*\{\w+\}\S*$/.test(request) &&
        `request ${JSON.stringify(request)} is not in the form "POST /orders/{id}/submit", with the order's id in the path`,
      edge && !edgeIds.has(edge) && `hands over by ${JSON.stringify(edge)}, which is no message edge of the landscape`,
      message?.routingKey.trim() === "" && "has a message without a routing key",
      message?.queue.trim() === "" && "has a message without a queue",
      next && !(next.by in services || next.by in frontends) && `next.by ${JSON.stringify(next.by)} is nobody`,
      next?.steps.length === 0 && "next.steps is empty: an order that is over says `ends`",
      ...(next?.steps ?? []).map(
        (step) => !(step in steps) && `next.steps names ${JSON.stringify(step)}, which is no step`,
      ),
      next?.steps.includes(id) && "leads to itself",
      next && !isOver(id, steps) && "leads to no end: each way must reach a step with `ends`",
      ...times.map(([where, time]) => time !== undefined && timeProblem(where, time)),
    ].flatMap((problem) => (typeof problem === "string" ? [`steps.${id}: ${problem}`] : []));
  });
  return [
    ...problems,
    ...shared(all, ({ title }) => title, "the title"),
    ...shared(all, ({ service, request }) => request && `${service}: ${request}`, "the request"),
    // One message may follow several requests; without a request it is the only sign.
    ...shared(
      all,
      ({ service, request, message }) => (request ? undefined : `${service}: ${message?.routingKey}`),
      "the message",
    ),
  ];
}

function timeProblem(where: string, time: string): string | undefined {
  try {
    const milliseconds = parseDuration(time);
    if (milliseconds === 0) return `${where} is ${JSON.stringify(time)}: every order would be late`;
    return milliseconds > longestMs ? `${where} is ${JSON.stringify(time)}: no trace is kept that long` : undefined;
  } catch (error) {
    return `${where}: ${(error as Error).message}`;
  }
}

/** Whether a step with `ends` can be reached. */
function isOver(id: string, steps: Readonly<Record<string, CatalogueStep>>): boolean {
  const reached = new Set([id]);
  // A set that grows while it is walked through is walked through to its new end.
  for (const step of reached) steps[step]?.next?.steps.forEach((next) => reached.add(next));
  return [...reached].some((step) => steps[step] && !steps[step].next);
}

/** Steps that would be taken for one another. */
function shared(
  steps: readonly [string, CatalogueStep][],
  sign: (step: CatalogueStep) => string | undefined,
  what: string,
): string[] {
  const bySign = Map.groupBy(steps, ([, step]) => sign(step));
  return [...bySign].flatMap(([value, those]) =>
    value === undefined || those.length === 1
      ? []
      : [`steps ${those.map(([id]) => id).join(" and ")} share ${what} ${JSON.stringify(value)}`],
  );
}
