import type { Service } from "../../config/landscape.ts";
import type { Runtime } from "../../config/model.ts";
import { sdkOfProfile } from "../../config/profiles.ts";
import type { ImageName } from "../../config/versions.ts";

/** Where the instrumentation is, in the application's container. */
export const instrumentationDir = "/otel-instrumentation";

/** Where it may write, in the application's container, if the settings say so. */
export const temporaryDir = "/otel-tmp";

/** How a runtime is instrumented without a change of the application. */
export interface Instrumentation {
  image: ImageName;
  /**
   * Copies the instrumentation into the shared volume, as any user. The official images have what BusyBox has. A pod whose sandbox
   * is lost runs it again with the same volume, so that it must get over what is there: `-f`.
   */
  copy: string;
  /** Loads it. Where the application's owner sets one of these too, see {@link file://./variables.ts}. */
  env: Record<string, string>;
}

type Wiring = Service["wiring"];

const dotnetPaths = ({ dotnetRuntime }: Wiring) => ({
  CORECLR_PROFILER_PATH: `${dotnetRuntime}/OpenTelemetry.AutoInstrumentation.Native.so`,
  DOTNET_STARTUP_HOOKS: "net/OpenTelemetry.AutoInstrumentation.StartupHook.dll",
  DOTNET_ADDITIONAL_DEPS: "AdditionalDeps",
  DOTNET_SHARED_STORE: "store",
  OTEL_DOTNET_AUTO_HOME: "",
});

/** What Node.js is told, in this order. What is loaded by `import` passes by a hook that `--require` sets. */
const nodeOptions = ({ esModules }: Wiring) => [
  `--require ${instrumentationDir}/autoinstrumentation.js`,
  ...(esModules
    ? [`--experimental-loader=${instrumentationDir}/node_modules/@opentelemetry/instrumentation/hook.mjs`]
    : []),
];

const files = "/autoinstrumentation";
const copyAll = `cp -rf ${files}/. ${instrumentationDir}`;

/**
 * Without types and source maps, two thirds of the files: Node.js refuses TypeScript in `node_modules`, and gets on without maps.
 * What else there is may be loaded or read (`.proto` files are), so that nothing is picked by what it is. An image of a company's
 * own may have other tools, which do not know these options: then all is copied.
 */
const copyWhatNodeLoads =
  `cd ${files} && find . ! -type d ! -name '*.ts' ! -name '*.map' ` +
  `-exec cp -fP --parents -t ${instrumentationDir} {} + || ${copyAll}`;

const instrumentations: Record<Runtime, (wiring: Wiring) => Instrumentation> = {
  java: ({ temporaryFolder }) => ({
    image: "autoinstrumentationJava",
    copy: `cp -f /javaagent.jar ${instrumentationDir}/javaagent.jar`,
    env: {
      // The same option in the application's own command line counts more: it comes later.
      JAVA_TOOL_OPTIONS: `${temporaryFolder ? `-Djava.io.tmpdir=${temporaryDir} ` : ""}-javaagent:${instrumentationDir}/javaagent.jar`,
      // The order's id travels in this header, see `order.id` at the gateway.
      OTEL_INSTRUMENTATION_MESSAGING_EXPERIMENTAL_CAPTURE_HEADERS: "x-order-id",
    },
  }),
  dotnet: (wiring) => ({
    image: "autoinstrumentationDotnet",
    copy: copyAll,
    env: {
      CORECLR_ENABLE_PROFILING: "1",
      CORECLR_PROFILER: "{918728DD-259F-4A6A-AC2B-B85E1B658318}",
      ...Object.fromEntries(
        Object.entries(dotnetPaths(wiring)).map(([name, path]) => [
          name,
          `${instrumentationDir}/${path}`.replace(/\/$/, ""),
        ]),
      ),
      ...(wiring.temporaryFolder && { TMPDIR: temporaryDir, OTEL_DOTNET_AUTO_LOG_DIRECTORY: temporaryDir }),
    },
  }),
  nodejs: (wiring) => ({
    image: "autoinstrumentationNodejs",
    copy: copyWhatNodeLoads,
    env: {
      NODE_OPTIONS: nodeOptions(wiring).join(" "),
      ...(wiring.temporaryFolder && { TMPDIR: temporaryDir }),
    },
  }),
};

/** How a service is instrumented. Source of images, files and variables: the OpenTelemetry operator. */
export function instrumentationOf({ runtime, wiring }: Pick<Service, "runtime" | "wiring">): Instrumentation {
  return instrumentations[runtime](wiring);
}

/** Settings of the SDK, the same for every runtime: traces only, to the agent in the same pod. */
export function sdkEnvironment(
  { id, profile, wiring }: Pick<Service, "id" | "profile" | "wiring">,
  stack: string,
): Record<string, string> {
  return {
    OTEL_SERVICE_NAME: id,
    OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${stack}`,
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${wiring.agentPorts.http}`,
    // No baggage: it would leave the company with every call to S3 and to third parties.
    OTEL_PROPAGATORS: "tracecontext",
    // Records whatever the caller's `traceparent` says: what is kept is the sampler's decision alone.
    OTEL_TRACES_SAMPLER: "always_on",
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: "2048",
    // Milliseconds. By itself 5,000, the longest part of the way into the store, and what a crash of the application loses; the
    // agent is in the same pod, so a request more costs little.
    OTEL_BSP_SCHEDULE_DELAY: "1000",
    ...sdkOfProfile(profile),
  };
}
