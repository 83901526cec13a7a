import { viewHost, viewNames } from "../lib/names.ts";
import { message } from "./explain.ts";
import { groupsOfFrontend } from "./landscape.ts";
import type { Catalogue } from "./model.ts";
import type { Settings } from "./settings.ts";

type FrontEnds = NonNullable<Settings["frontEnds"]>;

/** What is wrong with the entry for browsers as a whole. */
export function frontEndContradictions(catalogue: Catalogue, settings: Settings): string[] {
  const { frontEnds } = settings;
  if (!frontEnds) return [];
  return [
    ...withoutGroup(catalogue, frontEnds),
    ...sharedHosts(catalogue, settings, frontEnds),
    ...tooMany(settings, frontEnds),
  ];
}

/** Spans of a front end are seen by those who see its back ends. */
function withoutGroup(catalogue: Catalogue, { apps }: FrontEnds): string[] {
  return Object.keys(apps).flatMap((id) => {
    const groups = groupsOfFrontend(catalogue, id);
    if (groups.length === 1) return [];
    const whose = groups.length === 0 ? "calls no back end of the catalogue" : `calls those of ${groups.join(" and ")}`;
    return message(
      ["frontEnds", "apps", id],
      undefined,
      `cannot be used: it ${whose}, and its spans are of one group`,
      {
        write: "nothing: leave it out, or give it in the catalogue requests to back ends of one group",
      },
    );
  });
}

/** The ingress tells connections apart by the host name. */
function sharedHosts({ groups }: Catalogue, { access }: Settings, { apps }: FrontEnds): string[] {
  const owners = new Map(viewNames(groups).map((view) => [viewHost(view, access.domain), `the view ${view}`]));
  return Object.entries(apps).flatMap(([id, app]) => {
    if (!app) return [];
    const other = owners.get(app.host);
    owners.set(app.host, other ?? `the front end ${id}`);
    if (other === undefined) return [];
    return message(["frontEnds", "apps", id, "host"], app.host, `is the host of ${other} too`, {
      write: "a host name of its own for each front end: by it spans are told apart",
    });
  });
}

/** Traces of browsers wait for their decision among those of back ends: a full waiting room makes the gateway wait. */
function tooMany({ sizes, replicas }: Settings, { apps, spansPerSecond }: FrontEnds): string[] {
  const { decisionWaitSeconds, undecidedTraces } = sizes.sampler;
  const entries = Object.keys(apps).length * replicas.frontEnd;
  const room = Math.floor((undecidedTraces * replicas.sampler) / 2);
  const most = Math.floor(room / (entries * decisionWaitSeconds));
  if (spansPerSecond <= most) return [];
  return [
    message(
      ["frontEnds", "spansPerSecond"],
      spansPerSecond,
      `is more than half of the samplers' undecided traces (${room}) in ${decisionWaitSeconds} s, over ${entries} pod(s): browsers could hold up back ends`,
      { allowed: `${most} or less`, write: "that, or raise sizes.sampler.undecidedTraces with its memory" },
    ),
  ];
}
