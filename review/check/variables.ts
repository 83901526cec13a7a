import type { V1Container, V1EnvVar } from "@kubernetes/client-node";
import { variablesOf } from "../../components/wiring/variables.ts";
import { fieldManager } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import { listVariables, type VariableMode } from "../../config/variables.ts";
import { listed, note, stop, unread, type Finding } from "./finding.ts";
import type { LiveService } from "./live.ts";
import { environmentPath, managersOf } from "./managers.ts";
import type { LiveWorkload } from "./workload.ts";

/** Variables that the owner of the container sets, and the wiring too. */
export function judgeVariables(
  service: Service,
  stack: string,
  workload: LiveWorkload,
  container: V1Container,
  { configMaps }: Pick<LiveService, "configMaps">,
): Finding[] {
  const { variables: modes } = service.wiring;
  const ours = variablesOf(service, stack);
  const direct = ours.flatMap(({ name, value }) => {
    const theirs = container.env?.find((entry) => entry.name === name);
    if (!theirs) return [];
    const path = environmentPath(service.container, name);
    const owners = managersOf(workload, path).filter((manager) => manager !== fieldManager(service));
    // Nobody else's: it stands there because an earlier `up` put it there.
    if (owners.length === 0) return [];
    return ofEntry(service, theirs, value, owners, modes[name]);
  });
  const set = new Set((container.env ?? []).map(({ name }) => name));
  return [
    ...direct,
    ...fromSources(
      service,
      container,
      configMaps,
      ours.map(({ name }) => name).filter((name) => !set.has(name) || modes[name]),
    ),
  ];
}

function ofEntry(
  service: Service,
  theirs: V1EnvVar,
  value: string,
  owners: readonly string[],
  mode: VariableMode | undefined,
): Finding[] {
  const { name } = theirs;
  const owner = listed(owners);
  const where = `container ${service.container} has ${name}`;
  if (mode === "replace" && !theirs.valueFrom) {
    return theirs.value === value
      ? []
      : [note(`${where} by its owner (${owner}), and the settings say replace: the owner's next apply takes it back`)];
  }
  if (theirs.valueFrom) {
    return [
      stop(
        `${where} by valueFrom (${sourceOf(theirs)}), managed by ${owner}: an entry cannot have a value beside it`,
        wayOut(service, name),
      ),
    ];
  }
  if (mode === undefined && theirs.value === value)
    return [note(`${where} with the same value as the stack's, managed by ${owner} too: neither can change it alone`)];
  return [stop(`${where}="${theirs.value ?? ""}", managed by ${owner}`, wayOut(service, name))];
}

/** An entry in `env` silently wins over all that `envFrom` brings. */
function fromSources(
  service: Service,
  container: V1Container,
  configMaps: LiveService["configMaps"],
  names: readonly string[],
): Finding[] {
  const { variables: modes } = service.wiring;
  const found = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { configMapRef, secretRef, prefix = "" } of container.envFrom ?? []) {
    if (secretRef) {
      findings.push(unread(`which variables come from the Secret ${secretRef.name}: Secrets are not read`));
      continue;
    }
    const source = configMapRef?.name ?? "";
    const answer = configMaps.get(source);
    if (answer?.state === "unread") findings.push(unread(`ConfigMap ${source}`, answer));
    if (answer?.state !== "read") continue;
    for (const key of Object.keys(answer.value.data ?? {})) found.set(`${prefix}${key}`, source);
  }
  for (const name of names) {
    const source = found.get(name);
    const mode = modes[name];
    if (source !== undefined && mode === undefined) {
      const append = name in listVariables ? "append" : "replace";
      findings.push(
        stop(
          `container ${service.container} gets ${name} by envFrom from the ConfigMap ${source}: the stack's entry would win, and the owner's be lost without a word`,
          line(service, name, append),
        ),
      );
    }
    // Unknown, the reference would stay as it is, and the runtime would not start.
    if (source === undefined && mode === "append" && !(container.envFrom ?? []).some(({ secretRef }) => secretRef)) {
      findings.push(
        stop(
          `services.${service.id}.variables.${name} is append, and container ${service.container} gets no ${name} by envFrom`,
          `remove that line, or say keep`,
        ),
      );
    }
  }
  return findings;
}

/** What to write where the owner's entry stands in the workload itself. */
function wayOut(service: Service, name: string): string {
  if (name === "JAVA_TOOL_OPTIONS")
    return `${line(service, name, "keep")}   # the agent is loaded by JDK_JAVA_OPTIONS then: Java 9 or newer`;
  if (name === "NODE_OPTIONS")
    return `the owner's options into a ConfigMap that the container takes by envFrom, and ${line(service, name, "append")}`;
  return `${line(service, name, "keep")}   # or replace: the stack's wins`;
}

function line({ id }: Service, name: string, mode: VariableMode): string {
  return `services: {${id}: {variables: {${name}: ${mode}}}}`;
}

function sourceOf({ valueFrom }: V1EnvVar): string {
  const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
  if (configMapKeyRef) return `ConfigMap ${configMapKeyRef.name}, key ${configMapKeyRef.key}`;
  if (secretKeyRef) return `Secret ${secretKeyRef.name}, key ${secretKeyRef.key}`;
  return "a field of the pod";
}
