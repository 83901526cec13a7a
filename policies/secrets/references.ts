import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { at, isRecord, list, record, text, within } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";

export const reference = forResources({
  name: "secrets-reference",
  description:
    "No container takes a secret from a `Secret`: those lie in etcd, and in every environment that they are put into.",
  severity: "high",
  remediation: "Have the pod's Vault Agent write a file in memory, and name that file.",
  config: z.strictObject({
    allowed: z
      .array(z.string())
      .default([])
      .meta({ description: "Names of Secrets that others make and that must be read" }),
  }),
  judge: (resource, { config }) => {
    const refused = (name: unknown, path: string, how: string) =>
      config.allowed.includes(text(name) ?? "")
        ? []
        : [
            {
              path,
              message: `${how} the Secret ${text(name) ?? "(unnamed)"}; have Vault Agent write a file in memory`,
            },
          ];
    return workloadsOf(resource).flatMap(({ pod, path, containers }) => [
      ...containers.flatMap(({ spec, path: where }) => [
        ...list(spec["env"]).flatMap((entry, index) => {
          const of = at(entry, "valueFrom", "secretKeyRef");
          return isRecord(of)
            ? refused(of["name"], within(where, "env", index), "puts into the environment a value of")
            : [];
        }),
        ...list(spec["envFrom"]).flatMap((entry, index) => {
          const of = at(entry, "secretRef");
          return isRecord(of)
            ? refused(of["name"], within(where, "envFrom", index), "puts into the environment all of")
            : [];
        }),
      ]),
      ...list(pod["volumes"]).flatMap((volume, index) => {
        const at_ = within(path, "volumes", index);
        const of = record(volume)["secret"];
        const projected = list(at(volume, "projected", "sources"))
          .map((source) => at(source, "secret"))
          .filter(isRecord);
        return [
          ...(isRecord(of) ? refused(of["secretName"], at_, "mounts") : []),
          ...projected.flatMap(({ name }) => refused(name, at_, "mounts")),
        ];
      }),
    ]);
  },
});

/** Volumes that hold secrets by what they are called. */
const secretName = /secret|credential|password|token|vault/i;
/** Programs that write secrets into files. */
const writer = /(?:^|\/)(?:vault|vault-k8s|consul-template|secrets-store[\w-]*)(?:[:@]|$)/;

export const memory = forResources({
  name: "secrets-memory",
  description:
    "What holds secrets in a pod is in memory: an `emptyDir` on the node's disk outlives the pod, and is in its backups.",
  severity: "high",
  remediation: "Set `emptyDir.medium: Memory`.",
  config: z.strictObject({}),
  judge: (resource) =>
    workloadsOf(resource).flatMap(({ pod, path, containers }) => {
      const written = new Set(
        containers
          .filter(({ spec }) => writer.test(text(spec["image"]) ?? ""))
          .flatMap(({ spec }) => list(spec["volumeMounts"]))
          .filter((mount) => record(mount)["readOnly"] !== true)
          .map((mount) => text(record(mount)["name"])),
      );
      return list(pod["volumes"]).flatMap((volume, index) => {
        const name = text(record(volume)["name"]) ?? "";
        const onDisk = isRecord(record(volume)["emptyDir"]) && at(volume, "emptyDir", "medium") !== "Memory";
        return onDisk && (secretName.test(name) || written.has(name))
          ? [
              {
                path: within(path, "volumes", index, "emptyDir", "medium"),
                message: `${name} holds secrets on the node's disk; write Memory`,
              },
            ]
          : [];
      });
    }),
});
