import { checksumAnnotation } from "../kubernetes/pod.ts";

/** How the patch of a service stands in the live workload. */
export interface LivePatch {
  /**
   * `applied`: all of it is there. `outdated`: one of other settings is there. `missing`: it was never applied, or somebody
   * took it, or a part of it, away: `rollout undo`, a reinstall, `replace`. `unread`: the run may not look.
   */
  state: "applied" | "outdated" | "missing" | "unread";
  /** Generation of the workload. */
  generation: string;
}

/** What is compared of a workload, of the live one and of the patch. */
export interface Workload {
  metadata?: { generation?: number; annotations?: Words };
  spec?: { template: { metadata?: { annotations?: Words; labels?: Words }; spec?: Pod } };
}

type Words = Readonly<Record<string, string>>;

interface Pod {
  initContainers?: readonly Named[];
  containers?: readonly (Named & { env?: readonly Variable[]; volumeMounts?: readonly { mountPath: string }[] })[];
  volumes?: readonly { name: string }[];
}

interface Named {
  name: string;
  image?: string;
}

interface Variable {
  name: string;
  value?: string;
}

/**
 * Compares entries by their names, with the few values that others change: the API server writes the rest in its own words.
 *
 * @param live the workload in the cluster.
 * @param patch the one of the settings.
 */
export function livePatch(live: Workload, patch: Workload): LivePatch {
  return { state: stateOf(live, patch), generation: String(live.metadata?.generation ?? 0) };
}

function stateOf(live: Workload, patch: Workload): LivePatch["state"] {
  const [is, wanted] = [live, patch].map(({ metadata }) => metadata?.annotations?.[checksumAnnotation]);
  if (is === undefined) return "missing";
  if (is !== wanted) return "outdated";
  return lackingEntries(live, patch).length === 0 ? "applied" : "missing";
}

/** Entries of the patch that the live object does not have, or has with another value: `init container otel-agent <image>`. */
export function lackingEntries(live: Workload, patch: Workload): string[] {
  const has = new Set(entriesOf(live));
  return entriesOf(patch).filter((entry) => !has.has(entry));
}

/** What is compared of a patch, one text for each entry. */
export function entriesOf({ spec }: Workload): string[] {
  const { metadata, spec: pod = {} } = spec?.template ?? {};
  return [
    `checksum ${metadata?.annotations?.[checksumAnnotation]}`,
    ...Object.entries(metadata?.labels ?? {}).map(([key, value]) => `label ${key}=${value}`),
    ...(pod.volumes ?? []).map(({ name }) => `volume ${name}`),
    ...(pod.initContainers ?? []).map(({ name, image }) => `init container ${name} ${image}`),
    ...(pod.containers ?? []).flatMap(({ name, env = [], volumeMounts = [] }) => [
      ...env.map((entry) => `${name} variable ${entry.name}=${entry.value}`),
      ...volumeMounts.map(({ mountPath }) => `${name} mount ${mountPath}`),
    ]),
  ];
}
