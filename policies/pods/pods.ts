import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { at, list, record, recordsIn, text, texts, within } from "../core/value.ts";
import type { Json } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";
import type { Finding } from "../core/judgement.ts";

/** Kinds of volumes that the standard lets a pod have. */
const volumeKinds = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral"],
  ...["persistentVolumeClaim", "projected", "secret"],
];

function volume(value: unknown, path: string): Finding[] {
  const kinds = Object.keys(record(value)).filter((key) => key !== "name" && record(value)[key] !== undefined);
  if (kinds.includes("hostPath"))
    return [{ path: `${path}.hostPath`, message: "reaches the node's files; use another volume" }];
  return kinds
    .filter((kind) => !volumeKinds.includes(kind))
    .map((kind) => ({
      path: `${path}.${kind}`,
      message: `${kind} is not of the standard; use a persistentVolumeClaim`,
    }));
}

/** Annotations in which older clusters had what is in the security context now. */
const annotations =
  /^(?:container\.apparmor\.security\.beta|(?:container\.)?seccomp\.security\.alpha)\.kubernetes\.io\//;

/** What a pod or a container may say of itself by the standard, each only within bounds. */
function isolation(context: Json, base: string): Finding[] {
  const wrong = (key: string, bad: boolean, want: string): Finding[] =>
    bad ? [{ path: `${base}.${key}`, message: `write ${want}` }] : [];
  const sysctls = list(context["sysctls"]).map((one) => text(record(one)["name"]) ?? "");
  const groups = [context["runAsGroup"], context["fsGroup"], ...list(context["supplementalGroups"])];
  const selinux = text(at(context, "seLinuxOptions", "type")) ?? "";
  return [
    ...wrong("windowsOptions.hostProcess", at(context, "windowsOptions", "hostProcess") === true, "false"),
    ...wrong("runAsGroup, fsGroup and supplementalGroups", groups.includes(0), "groups other than 0"),
    ...wrong("procMount", !["Default", undefined].includes(text(context["procMount"])), "Default"),
    ...wrong("appArmorProfile.type", text(at(context, "appArmorProfile", "type")) === "Unconfined", "RuntimeDefault"),
    ...wrong("seLinuxOptions.type", !/^(?:container(?:_init|_kvm|_engine)?_t)?$/.test(selinux), "container_t"),
    ...wrong(
      "sysctls",
      sysctls.some((name) => !safeSysctl.test(name)),
      "none but safe ones",
    ),
  ];
}
const safeSysctl =
  /^(?:kernel\.shm_rmid_forced|net\.ipv4\.(?:ip_local_port_range|ip_unprivileged_port_start|tcp_syncookies|ping_group_range|ip_local_reserved_ports|tcp_(?:keepalive_(?:time|intvl|probes)|fin_timeout|[rw]mem)))$/;

export const restricted = forResources({
  name: "pods-restricted",
  description: "Pods keep to the Pod Security Standard `restricted`, with a read-only root.",
  severity: "high",
  remediation: "Set the container's `securityContext` as the standard wants it; write into volumes only.",
  config: z.strictObject({}),
  judge: (resource) => [
    ...objectsOf(resource).flatMap(({ body, path }) =>
      [...recordsIn(body, path)]
        .filter(({ path: at }) => at.endsWith("metadata.annotations"))
        .flatMap(({ value, path: at }) =>
          Object.entries(value)
            .filter(([key, said]) => annotations.test(key) && said === "unconfined")
            .map(([key]) => ({ path: within(at, key), message: "write runtime/default" })),
        ),
    ),
    // A claim would bring it into a pod all the same.
    ...objectsOf(resource)
      .filter(({ kind, body }) => kind === "PersistentVolume" && at(body, "spec", "hostPath") !== undefined)
      .map(({ path }) => ({
        path: within(path, "spec", "hostPath"),
        message: "reaches the node's files; use another volume",
      })),
    ...workloadsOf(resource).flatMap(({ pod, path, containers }) => [
      ...list(pod["volumes"]).flatMap((one, index) => volume(one, `${path}.volumes[${index}]`)),
      ...isolation(record(pod["securityContext"]), `${path}.securityContext`),
      ...containers.flatMap(({ spec, path: where, partial }): Finding[] => {
        const own = record(spec["securityContext"]);
        const pods = record(pod["securityContext"]);
        const base = `${where}.securityContext`;
        const missing = (key: string, good: boolean, want: string): Finding[] => {
          const unsaid = partial && own[key] === undefined;
          return good || unsaid ? [] : [{ path: `${base}.${key}`, message: `write ${want}` }];
        };
        return [
          ...isolation(own, base),
          ...missing("privileged", own["privileged"] !== true, "false"),
          ...missing("allowPrivilegeEscalation", own["allowPrivilegeEscalation"] === false, "false"),
          ...missing("readOnlyRootFilesystem", own["readOnlyRootFilesystem"] === true, "true"),
          ...missing("runAsNonRoot", (own["runAsNonRoot"] ?? pods["runAsNonRoot"]) === true, "true"),
          ...missing("runAsUser", own["runAsUser"] !== 0 && pods["runAsUser"] !== 0, "a user other than 0"),
          ...missing(
            "capabilities",
            texts(at(own, "capabilities", "drop")).includes("ALL") &&
              texts(at(own, "capabilities", "add")).every((of) => of === "NET_BIND_SERVICE"),
            "drop: [ALL]",
          ),
          ...missing(
            "seccompProfile",
            ["RuntimeDefault", "Localhost"].includes(
              text(at(own["seccompProfile"] ?? pods["seccompProfile"], "type")) ?? "",
            ),
            "type: RuntimeDefault",
          ),
        ];
      }),
    ]),
  ],
});

const official = [
  "docker.io/otel/",
  "docker.io/jaegertracing/",
  "docker.io/hashicorp/",
  "docker.elastic.co/",
  "ghcr.io/open-telemetry/",
  "quay.io/oauth2-proxy/",
  "registry.k8s.io/",
  "docker.io/library/traefik",
];

/** The image with its registry, as the container runtime completes it. */
function whole(image: string): string {
  const [first = "", ...rest] = image.split("/");
  if (rest.length === 0) return `docker.io/library/${image}`;
  return /[.:]|^localhost$/.test(first) ? image : `docker.io/${image}`;
}

/** Tags that are moved to what is newer: words, and a first number alone. */
const moving =
  /^(?:latest|main|master|edge|stable|nightly|dev|release|v?\d+)(?:-(?:alpine|debian|slim|bookworm|distroless|rootless))?$/;

export const image = forResources({
  name: "pods-image",
  description: "Images have an exact tag or a digest, and come from a known registry.",
  severity: "high",
  remediation: "Name a version, and a registry of the pack's `registries`.",
  config: z.strictObject({
    registries: z
      .array(z.string())
      .default(official)
      .meta({ description: "Beginnings of the images that are known, with their registry" }),
  }),
  judge: (resource, { config }) =>
    workloadsOf(resource).flatMap(({ containers }) =>
      containers.flatMap(({ spec, path }): Finding[] => {
        const name = text(spec["image"]);
        if (name === undefined) return [];
        const tag = /:([^/:@]+)$/.exec(name.split("@")[0]!)?.[1];
        const exact = name.includes("@sha256:") || (tag !== undefined && !moving.test(tag));
        return [
          ...(exact
            ? []
            : [{ path: `${path}.image`, message: `${name} can be another image tomorrow; write an exact tag` }]),
          ...(config.registries.some((registry) => whole(name).startsWith(registry))
            ? []
            : [
                {
                  path: `${path}.image`,
                  message: `${name} is not from a known registry (${config.registries.join(", ")})`,
                },
              ]),
        ];
      }),
    ),
});

export const resources = forResources({
  name: "pods-resources",
  description: "Containers ask for CPU and memory, and have a limit of memory.",
  severity: "medium",
  remediation:
    "Set `requests.cpu`, `requests.memory` and `limits.memory`. A limit of CPU is not asked for: it slows down what could run.",
  config: z.strictObject({}),
  judge: (resource) =>
    workloadsOf(resource).flatMap(({ containers }) =>
      containers
        .filter(({ partial, role }) => !partial && role !== "ephemeral")
        .flatMap(({ spec, path }) =>
          (["requests.cpu", "requests.memory", "limits.memory"] as const)
            .filter((key) => at(spec, "resources", ...key.split(".")) === undefined)
            .map((key) => ({ path: `${path}.resources.${key}`, message: "is missing" })),
        ),
    ),
});

export const probes = forResources({
  name: "pods-probes",
  description: "A container that serves says when it is ready.",
  severity: "medium",
  remediation: "Add a `readinessProbe`.",
  config: z.strictObject({}),
  judge: (resource) =>
    workloadsOf(resource)
      .filter(({ object, partial }) => !partial && !/Job$/.test(object.kind))
      .flatMap(({ containers }) =>
        containers
          .filter(({ role, spec }) => role === "main" && spec["readinessProbe"] === undefined)
          .map(({ path }) => ({ path: `${path}.readinessProbe`, message: "is missing" })),
      ),
});
