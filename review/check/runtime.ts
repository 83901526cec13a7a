import type { V1Container } from "@kubernetes/client-node";
import type { DotnetRuntime } from "../../config/model.ts";
import type { Service } from "../../config/landscape.ts";
import type { Answer } from "./answer.ts";
import { listed, note, stop, unread, type Finding } from "./finding.ts";
import type { LiveWorkload } from "./workload.ts";

/** What the instrumentation of a runtime needs, as far as a workload tells: what is in the image is not read. */
export function judgeRuntime(
  service: Service,
  workload: LiveWorkload,
  container: V1Container,
  architectures: Answer<string[]>,
): Finding[] {
  const { runtime } = service;
  return [
    ...(runtime === "nodejs" ? [] : temporaryFolder(service, container)),
    ...(runtime === "nodejs" ? modules(service, container) : []),
    ...(runtime === "dotnet" ? library(service, workload, container, architectures) : []),
  ];
}

/** Agents unpack parts of themselves into a temporary folder; without one they go on with less. */
function temporaryFolder({ id, wiring }: Service, { securityContext, volumeMounts = [] }: V1Container): Finding[] {
  const writable = volumeMounts.some(({ mountPath, readOnly }) => /^\/tmp\/?$/.test(mountPath) && !readOnly);
  if (wiring.temporaryFolder || writable || !securityContext?.readOnlyRootFilesystem) return [];
  return [
    note(
      "its root file system is read-only and nothing is mounted at /tmp: without a temporary folder some of the instrumentation may stay off",
      `services: {${id}: {temporaryFolder: true}}`,
    ),
  ];
}

function modules({ id, wiring }: Service, { command = [], args = [] }: V1Container): Finding[] {
  const module = [...command, ...args].find((word) => word.endsWith(".mjs"));
  if (module === undefined || wiring.esModules) return [];
  return [
    note(`it runs ${module}: what that loads by import is not instrumented`, `services: {${id}: {esModules: true}}`),
  ];
}

/** Words of Kubernetes for the processors that a build is for. */
const processors: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

function library(
  { id, wiring: { dotnetRuntime } }: Service,
  workload: LiveWorkload,
  { image = "" }: V1Container,
  architectures: Answer<string[]>,
): Finding[] {
  const pod = workload.spec?.template.spec;
  const asked = pod?.nodeSelector?.["kubernetes.io/arch"];
  const write = (runtime: DotnetRuntime) => `services: {${id}: {dotnetRuntime: ${runtime}}}`;
  const musl = dotnetRuntime.includes("musl");
  const processor = processors[dotnetRuntime.split("-").at(-1)!]!;
  const found = asked === undefined && architectures.state === "read" ? architectures.value : [asked ?? processor];
  const others = found.filter((name) => name !== processor);
  const arm = others.includes("arm64");
  return [
    ...(asked === undefined && architectures.state === "unread"
      ? [unread(`which processors its nodes have, and ${dotnetRuntime} is for ${processor}`, architectures)]
      : []),
    ...(others.length > 0
      ? [
          (found.length > 1 ? note : stop)(
            `its pods run on ${listed(found)}, and ${dotnetRuntime} is for ${processor}: on others the application would run without traces, and without a word`,
            found.length > 1 ? undefined : write(`linux-${musl ? "musl-" : ""}${arm ? "arm64" : "x64"}`),
          ),
        ]
      : []),
    // A name says little, but this one says what it is.
    ...(/alpine|musl/.test(image) && !musl
      ? [
          note(
            `its image ${image} looks like one with musl, and ${dotnetRuntime} is for glibc: it would run without traces`,
            write(processor === "arm64" ? "linux-musl-arm64" : "linux-musl-x64"),
          ),
        ]
      : []),
  ];
}
