import { setTimeout as sleep } from "node:timers/promises";
import { unassignedGroup } from "../../../lib/names.ts";
import { attribute } from "../../../lib/planted/otlp.ts";
import type { CollectorCase } from "../collector/cases.ts";
import { tokenOf } from "../redaction/gateway.ts";
import { spanWith } from "../redaction/spans.ts";
import { landscape, tokenFor, toldOf, type Site, type Told } from "./site.ts";

const [first, second] = landscape.services as [
  (typeof landscape.services)[number],
  (typeof landscape.services)[number],
];

/** A request of so many spans, each so large. */
const spans = (count: number, bytes = 10) => ({
  resourceSpans: Array.from({ length: count }, () =>
    spanWith({ span: { attributes: [attribute("db.query.text", "x".repeat(bytes))] } }),
  ),
});

/** What was told, where it is not as it must be. */
function differences(told: Told, wanted: Readonly<Record<string, number>>): string[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    const is = told.get(key);
    return is === value ? [] : [`${key}: ${is ?? "nothing"} instead of ${value}`];
  });
}

const says = (wanted: Readonly<Record<string, number>>) => (told: Told) => differences(told, wanted).length === 0;

async function tells(site: Site, wanted: Readonly<Record<string, number>>): Promise<string[]> {
  return differences(await site.told(says(wanted)), wanted);
}

/** Metrics that an application makes up, as far as it can. */
function madeUp(name: string, change: object = {}) {
  const point = {
    asInt: "7",
    startTimeUnixNano: "1",
    timeUnixNano: "2",
    attributes: [attribute("person", "Ivan"), attribute("tracing.pod", "another")],
  };
  const metric = {
    name,
    unit: "Ivan",
    description: "Ivan",
    sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] },
    ...change,
  };
  return {
    resourceMetrics: [
      {
        resource: { attributes: [attribute("service.name", "another"), attribute("service.instance.id", "Ivan")] },
        scopeMetrics: [
          { scope: { name: "Ivan", version: "Ivan", attributes: [attribute("who", "Ivan")] }, metrics: [metric] },
        ],
      },
    ],
  };
}

/** What is tried of agents that tell of themselves, on the real collector. */
export const cases: readonly CollectorCase<[Site]>[] = [
  {
    title: "what two pods of a service have taken, by both ways in, and handed on is shown of each, and once",
    async run(site) {
      const a = await site.startAgent(first, tokenFor(first, "pod-a"));
      const b = await site.startAgent(first, tokenFor(first, "pod-b"));
      await a.post("traces", spans(3));
      await a.call();
      await a.call();
      await b.post("traces", spans(4));
      const of = (pod: string, count: number) => ({
        [`accepted ${first.id}/${pod}`]: count,
        [`sent ${first.id}/${pod}`]: count,
        [`refused ${first.id}/${pod}`]: 0,
      });
      return tells(site, { ...of("pod-a", 5), ...of("pod-b", 4) });
    },
  },
  {
    title: "what the gateway refuses for good is told when it knows the agent again, in full",
    async run(site) {
      const good = tokenFor(second, "pod-c");
      const agent = await site.startAgent(second, good);
      await agent.post("traces", spans(1));
      const before = await tells(site, { [`sent ${second.id}/pod-c`]: 1 });
      await agent.become("nobody");
      // The file is read again by a watcher.
      await sleep(1_000);
      await agent.post("traces", spans(6));
      await sleep(3_000);
      await agent.post("traces", spans(5));
      await sleep(3_000);
      const meanwhile = (await site.told(() => true)).get(`lost ${second.id}/pod-c`);
      await agent.become(good);
      const after = await tells(site, { [`accepted ${second.id}/pod-c`]: 12, [`lost ${second.id}/pod-c`]: 11 });
      return [...before, ...(meanwhile === undefined ? [] : [`${meanwhile} lost spans were told by nobody`]), ...after];
    },
  },
  {
    title: "what did not fit into the queue while the gateway was away is told when it is back",
    async run(site) {
      const agent = await site.startAgent(first, tokenFor(first, "pod-d"));
      await agent.post("traces", spans(1));
      const before = await tells(site, { [`sent ${first.id}/pod-d`]: 1 });
      await site.stopGateway();
      let refused = 0;
      for (let sent = 0; sent < 40; sent += 1) {
        if ((await agent.post("traces", spans(10, 2_000))) !== 200) refused += 10;
      }
      await site.startGateway();
      const after = await tells(site, {
        [`refused ${first.id}/pod-d`]: refused,
        [`sent ${first.id}/pod-d`]: 401 - refused,
      });
      return [...before, ...(refused > 0 ? [] : ["nothing was refused"]), ...after];
    },
  },
  {
    title: "nobody can have another name, label or kind of series shown, past his agent either",
    async run(site) {
      const faults: string[] = [];
      for (const filters of [true, false]) {
        const pod = filters ? "pod-e" : "pod-f";
        const agent = await site.startAgent(second, tokenFor(second, pod), { filters });
        const counter = "otelcol_exporter_send_failed_spans";
        const dataPoints = [{ asDouble: 1, timeUnixNano: "2" }];
        const exemplars = [{ asInt: "1", timeUnixNano: "2", traceId: "5b8efff798038103d269b633813fc60c" }];
        const cumulative = { aggregationTemporality: 2, isMonotonic: true };
        const all = [
          madeUp("process_cpu_seconds"),
          madeUp("tracing_agent_lost_spans"),
          madeUp(counter, { sum: undefined, gauge: { dataPoints } }),
          madeUp(counter, { sum: { ...cumulative, aggregationTemporality: 1, dataPoints } }),
          madeUp(counter, { sum: { ...cumulative, isMonotonic: false, dataPoints } }),
          madeUp(counter, { sum: { ...cumulative, dataPoints: [{ ...dataPoints[0], exemplars }] } }),
          madeUp(counter),
        ];
        for (const one of all) {
          const status = await agent.post("metrics", one);
          if (status !== 200) faults.push(`${pod} was answered ${status}`);
        }
        // Its own count comes by the same way: he can say of himself what he likes, and of nobody else.
        faults.push(...(await tells(site, { [`lost ${second.id}/${pod}`]: 7 })));
      }
      const page = await site.page();
      toldOf(page);
      for (const word of ["Ivan", "another", "5b8efff7", "trace_id"]) {
        if (page.includes(word)) faults.push(`the page has ${word}`);
      }
      return faults;
    },
  },
  {
    title: "a sender that nobody knows counts as that, and one without a pod not at all",
    async run(site) {
      const stranger = { namespace: first.namespace, serviceAccount: "default" };
      const agent = await site.startAgent(first, tokenOf({ ...stranger, pod: "pod-g" }));
      const nowhere = await site.startAgent(first, tokenOf({ ...stranger }));
      await agent.post("traces", spans(2));
      await nowhere.post("traces", spans(2));
      const faults = await tells(site, { [`sent ${unassignedGroup}/pod-g`]: 2 });
      await sleep(2_000);
      const strange = [...(await site.told(() => true)).keys()].filter((key) => key.includes(unassignedGroup));
      return [...faults, ...strange.filter((key) => !key.endsWith("/pod-g"))];
    },
  },
];
