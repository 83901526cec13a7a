import "../support/without-sdks.ts";
import { agentConfig } from "../../components/collector/agent-config.ts";
import { renderYaml } from "../../components/kubernetes/yaml.ts";
import { egressPolicy } from "../../components/wiring/egress.ts";
import { instrumentationDir } from "../../components/wiring/instrumentation.ts";
import { agentConfigData, workloadPatch } from "../../components/wiring/plan.ts";
import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import { profiles } from "../../config/profiles.ts";
import { wiredVariables } from "../../config/variables.ts";
import { images } from "../../config/versions.ts";
import { companyCa, context, contextOf } from "../support/context.ts";
import { loose, type Loose } from "../support/loose.ts";

describe("wiring", () => {
  const shop = context.landscape.services.find(({ id }) => id === "shop-api")!;
  const patchOf = (service: Service, of = context) => loose(workloadPatch(of, service));
  const podOf = (patch: Loose) => patch.spec.template.spec as Loose;
  const sdk = {
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: "2048",
    OTEL_BSP_SCHEDULE_DELAY: "1000",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_LOGS_EXPORTER: "none",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_PROPAGATORS: "tracecontext",
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
    OTEL_SERVICE_NAME: "shop-api",
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_TRACES_SAMPLER: "always_on",
  };
  const runtimes = {
    java: {
      image: images.autoinstrumentationJava,
      copy: "cp -f /javaagent.jar /otel-instrumentation/javaagent.jar",
      env: {
        JAVA_TOOL_OPTIONS: "-javaagent:/otel-instrumentation/javaagent.jar",
        OTEL_INSTRUMENTATION_MESSAGING_EXPERIMENTAL_CAPTURE_HEADERS: "x-order-id",
      },
    },
    dotnet: {
      image: images.autoinstrumentationDotnet,
      copy: "cp -rf /autoinstrumentation/. /otel-instrumentation",
      env: {
        CORECLR_ENABLE_PROFILING: "1",
        CORECLR_PROFILER: "{918728DD-259F-4A6A-AC2B-B85E1B658318}",
        CORECLR_PROFILER_PATH: "/otel-instrumentation/linux-x64/OpenTelemetry.AutoInstrumentation.Native.so",
        DOTNET_ADDITIONAL_DEPS: "/otel-instrumentation/AdditionalDeps",
        DOTNET_SHARED_STORE: "/otel-instrumentation/store",
        DOTNET_STARTUP_HOOKS: "/otel-instrumentation/net/OpenTelemetry.AutoInstrumentation.StartupHook.dll",
        OTEL_DOTNET_AUTO_HOME: "/otel-instrumentation",
      },
    },
    nodejs: {
      image: images.autoinstrumentationNodejs,
      copy: "cd /autoinstrumentation && find . ! -type d ! -name '*.ts' ! -name '*.map' -exec cp -fP --parents -t /otel-instrumentation {} + || cp -rf /autoinstrumentation/. /otel-instrumentation",
      env: { NODE_OPTIONS: "--require /otel-instrumentation/autoinstrumentation.js" },
    },
  };

  test.each(Object.entries(runtimes))(
    "%s: exactly these variables, sorted, and the image that brings the code",
    (runtime, wanted) => {
      const pod = podOf(patchOf({ ...shop, runtime: runtime as Service["runtime"] }));
      const env = pod.containers[0].env as { name: string; value: string }[];
      expect(Object.fromEntries(env.map(({ name, value }) => [name, value]))).toEqual({ ...sdk, ...wanted.env });
      expect(env.map(({ name }) => name)).toEqual(Object.keys({ ...sdk, ...wanted.env }).sort());
      expect(pod.initContainers[0]).toMatchObject({
        name: "otel-instrumentation",
        image: wanted.image,
        command: ["/bin/sh", "-c", wanted.copy],
        volumeMounts: [{ name: "otel-instrumentation", mountPath: instrumentationDir }],
      });
      expect(pod.initContainers[0]).not.toHaveProperty("restartPolicy");
    },
  );

  test("owns entries of its own only: nothing of the application is named but the container that they go into", () => {
    const patch = patchOf(shop);
    expect(patch.metadata).toMatchObject({ name: "shop-api", namespace: "shop" });
    expect(patch.metadata.annotations["pulumi.com/patchFieldManager"]).toBe("tracing-shop-api");
    // A conflict with the application's owner must be an error.
    expect(JSON.stringify(patch)).not.toContain("patchForce");
    expect(Object.keys(patch.spec)).toEqual(["template"]);
    expect(Object.keys(patch.spec.template)).toEqual(["metadata", "spec"]);
    expect(Object.keys(patch.spec.template.metadata)).toEqual(["annotations"]);
    const pod = podOf(patch);
    expect(Object.keys(pod).sort()).toEqual(["containers", "initContainers", "volumes"]);
    expect(pod.containers).toHaveLength(1);
    expect(Object.keys(pod.containers[0]).sort()).toEqual(["env", "name", "volumeMounts"]);
    expect(pod.containers[0]).toMatchObject({
      name: "shop-api",
      volumeMounts: [{ name: "otel-instrumentation", mountPath: "/otel-instrumentation", readOnly: true }],
    });
    const names = [...pod.initContainers, ...pod.volumes].map(({ name }: Loose) => name as string);
    for (const name of names) expect(name).toMatch(/^otel-/);
  });

  test("uses the stack's names of Deployment, container and namespace", () => {
    const patch = patchOf({ ...shop, deployment: "web", container: "app", namespace: "prod" });
    expect(patch.metadata).toMatchObject({ name: "web", namespace: "prod" });
    expect(podOf(patch).containers[0].name).toBe("app");
    // What the catalogue calls it stays: spans and field manager follow the id.
    expect(patch.metadata.annotations["pulumi.com/patchFieldManager"]).toBe("tracing-shop-api");
    expect(podOf(patch).containers[0].env).toContainEqual({ name: "OTEL_SERVICE_NAME", value: "shop-api" });
  });

  test("the agent is a native sidecar without probes, with a token for the gateway and no port to the outside", () => {
    const pod = podOf(patchOf(shop));
    const agent = pod.initContainers[1] as Loose;
    expect(agent).toMatchObject({ name: "otel-agent", restartPolicy: "Always", image: images.collector });
    // It must not keep its application from starting.
    for (const key of ["startupProbe", "readinessProbe", "livenessProbe", "ports"])
      expect(agent).not.toHaveProperty(key);
    expect(agent.resources.limits).toEqual({ memory: "96Mi" });
    const token = pod.volumes.find(({ name }: Loose) => name === "otel-gateway-token") as Loose;
    expect(token.projected.sources).toEqual([
      { serviceAccountToken: { audience: "tracing-gateway", expirationSeconds: 3600, path: "token" } },
    ]);
    // Where the agent's configuration looks for it.
    const mounted = agent.volumeMounts.find(({ name }: Loose) => name === "otel-gateway-token") as Loose;
    expect(`${mounted.mountPath}/token`).toBe(
      agentConfig(context.settings.sizes.agent, shop).extensions.bearertokenauth.filename,
    );
    expect(pod.volumes).toContainEqual({ name: "otel-agent-config", configMap: { name: "otel-agent-shop-api" } });
  });

  describe("ways out, where the owner has something of the same kind", () => {
    const wired = (wiring: Partial<Service["wiring"]>, runtime: Service["runtime"] = "java") =>
      patchOf({ ...shop, runtime, wiring: { ...shop.wiring, ...wiring } });
    const valueOf = (patch: Loose, name: string) =>
      (podOf(patch).containers[0].env as { name: string; value: string }[]).find((entry) => entry.name === name)?.value;

    test("append puts ours behind what envFrom brings, with the sign that the list has", () => {
      expect(valueOf(wired({ variables: { JAVA_TOOL_OPTIONS: "append" } }), "JAVA_TOOL_OPTIONS")).toBe(
        "$(JAVA_TOOL_OPTIONS) -javaagent:/otel-instrumentation/javaagent.jar",
      );
      const hooks = wired({ variables: { DOTNET_STARTUP_HOOKS: "append" } }, "dotnet");
      expect(valueOf(hooks, "DOTNET_STARTUP_HOOKS")).toMatch(/^\$\(DOTNET_STARTUP_HOOKS\):\/otel-instrumentation\//);
    });

    test("keep leaves the owner's alone; a JVM is told by another variable", () => {
      const java = wired({ variables: { JAVA_TOOL_OPTIONS: "keep", OTEL_SERVICE_NAME: "keep" } });
      expect(valueOf(java, "JAVA_TOOL_OPTIONS")).toBeUndefined();
      expect(valueOf(java, "JDK_JAVA_OPTIONS")).toBe("-javaagent:/otel-instrumentation/javaagent.jar");
      expect(valueOf(java, "OTEL_SERVICE_NAME")).toBeUndefined();
      expect(java.metadata.annotations).not.toHaveProperty("pulumi.com/patchForce");
    });

    test("replace alone takes a field from its manager", () => {
      const annotations = wired({ variables: { NODE_OPTIONS: "replace" } }, "nodejs").metadata.annotations as Loose;
      expect(annotations["pulumi.com/patchForce"]).toBe("true");
    });

    test("the added containers get a CPU limit, another user or none, and secrets to be pulled with", () => {
      const pod = podOf(wired({ cpuLimit: "200m", userId: 0, pullSecrets: ["mirror"] }));
      for (const container of pod.initContainers as Loose[]) {
        expect(container.resources.requests.cpu).toBe("200m");
        expect(container.resources.limits.cpu).toBe("200m");
        expect(container.resources.limits.memory).toBe(container.resources.requests.memory);
        expect(container.securityContext).not.toHaveProperty("runAsUser");
        expect(container.securityContext.runAsNonRoot).toBe(true);
      }
      expect(pod.imagePullSecrets).toEqual([{ name: "mirror" }]);
      expect(podOf(wired({ userId: 1000980000 })).initContainers[1].securityContext.runAsUser).toBe(1000980000);
    });

    test("a folder in which the instrumentation may write, for each runtime in its own words", () => {
      const java = wired({ temporaryFolder: true });
      expect(valueOf(java, "JAVA_TOOL_OPTIONS")).toBe(
        "-Djava.io.tmpdir=/otel-tmp -javaagent:/otel-instrumentation/javaagent.jar",
      );
      expect(podOf(java).volumes).toContainEqual({ name: "otel-tmp", emptyDir: { sizeLimit: "64Mi" } });
      expect(podOf(java).containers[0].volumeMounts).toContainEqual({ name: "otel-tmp", mountPath: "/otel-tmp" });
      const dotnet = wired({ temporaryFolder: true }, "dotnet");
      for (const name of ["TMPDIR", "OTEL_DOTNET_AUTO_LOG_DIRECTORY"]) expect(valueOf(dotnet, name)).toBe("/otel-tmp");
      expect(valueOf(wired({ temporaryFolder: true }, "nodejs"), "TMPDIR")).toBe("/otel-tmp");
    });

    test("other ports of the agent are those to which the instrumentation delivers", () => {
      const wiring = { ...shop.wiring, agentPorts: { grpc: 14317, http: 14318 } };
      const service = { ...shop, wiring };
      expect(valueOf(patchOf(service), "OTEL_EXPORTER_OTLP_ENDPOINT")).toBe("http://127.0.0.1:14318");
      expect(agentConfigData(context, service)["config.yaml"]).toMatch(/127.0.0.1:14317[^]*127.0.0.1:14318/);
      expect(agentConfigData(context, service)["config.yaml"]).not.toMatch(/127.0.0.1:431/);
    });

    test("a build for another C library or processor, and a hook for ES modules", () => {
      expect(valueOf(wired({ dotnetRuntime: "linux-musl-arm64" }, "dotnet"), "CORECLR_PROFILER_PATH")).toBe(
        "/otel-instrumentation/linux-musl-arm64/OpenTelemetry.AutoInstrumentation.Native.so",
      );
      expect(valueOf(wired({ esModules: true }, "nodejs"), "NODE_OPTIONS")).toBe(
        "--require /otel-instrumentation/autoinstrumentation.js --experimental-loader=/otel-instrumentation/node_modules/@opentelemetry/instrumentation/hook.mjs",
      );
    });

    test("an image of its own stands as it is written, and is this service's alone", () => {
      const mirrored = contextOf({ images: { registry: "mirror.example" } });
      const own = { ...shop, wiring: { ...shop.wiring, instrumentationImage: "company/java:1.33.6" } };
      const [instrumentation, agent] = podOf(patchOf(own, mirrored)).initContainers as Loose[];
      expect(instrumentation!.image).toBe("company/java:1.33.6");
      expect(agent!.image).toBe(`mirror.example/${images.collector}`);
    });

    test("a policy finds the pods by a label that they have only then", () => {
      expect(patchOf(shop).spec.template.metadata).not.toHaveProperty("labels");
      const { labels } = wired({ allowEgress: true }).spec.template.metadata as Loose;
      expect(egressPolicy(shop)).toMatchObject({
        podSelector: { matchLabels: labels as object },
        policyTypes: ["Egress"],
      });
    });

    test("settings know every variable that a plan sets, and no other", () => {
      const temporary = { ...shop, wiring: { ...shop.wiring, temporaryFolder: true } };
      const set = (["java", "dotnet", "nodejs"] as const).flatMap((runtime) =>
        profiles.flatMap((profile) => {
          const { env } = podOf(patchOf({ ...temporary, profile, runtime })).containers[0] as Loose;
          return (env as { name: string }[]).map(({ name }) => name);
        }),
      );
      expect([...new Set(set)].sort()).toEqual(wiredVariables);
    });
  });

  describe("a weak service", () => {
    const weakly = (more: object = {}) => contextOf({ services: { "shop-api": { profile: "weak" } }, ...more });
    const shopOf = ({ landscape }: Context) => landscape.services.find(({ id }) => id === "shop-api")!;
    const envOf = (of: Context) => {
      const { env } = podOf(patchOf(shopOf(of), of)).containers[0] as Loose;
      return Object.fromEntries((env as { name: string; value: string }[]).map(({ name, value }) => [name, value]));
    };

    test("records a tenth of its traces, by their id and not by the caller's word, and less of each", () => {
      const env = envOf(weakly());
      expect(env).toMatchObject({ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" });
      for (const name of ["OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"]) {
        expect(Number(env[name])).toBeLessThan(Number(envOf(context)[name] ?? 128));
      }
      // An SDK sends nothing larger than its queue.
      expect(Number(env["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"])).toBeLessThan(Number(env["OTEL_BSP_MAX_QUEUE_SIZE"]));
    });

    test("has a smaller agent with a shorter queue, and never a larger one than the stack's", () => {
      const agentOf = (of: Context) => (podOf(patchOf(shopOf(of), of)).initContainers as Loose[])[1]!;
      const configOf = (of: Context) => agentConfigData(of, shopOf(of))["config.yaml"]!;
      expect(agentOf(weakly()).resources.limits).toEqual({ memory: "80Mi" });
      expect(agentOf(context).resources.limits).toEqual({ memory: "96Mi" });
      expect(configOf(weakly())).toMatch(/queue_size: 1600000\n/);
      expect(configOf(weakly())).toMatch(/max_elapsed_time: 60s\n/);
      const tight = weakly({ sizes: { agent: { queueSpans: 500, retrySeconds: 30 } } });
      expect(configOf(tight)).toMatch(/queue_size: 800000\n/);
      expect(configOf(tight)).toMatch(/max_elapsed_time: 30s\n/);
    });

    test("is alone with it: other services are wired as before", () => {
      const other = ({ landscape }: Context) => landscape.services.find(({ id }) => id === "mes-api")!;
      const weak = weakly();
      expect(workloadPatch(weak, other(weak))).toEqual(workloadPatch(context, other(context)));
    });
  });

  test("any change of the patch shows in its own annotation, by which the engine knows that there is one", () => {
    const sum = (service: Service, of = context) =>
      patchOf(service, of).metadata.annotations["order-tracing/config-checksum"] as string;
    const changed = [
      sum({ ...shop, runtime: "nodejs" }),
      sum({ ...shop, container: "app" }),
      sum(shop, contextOf({ images: { registry: "mirror.example" } })),
      sum(shop, { ...context, stackRoot: "other" }),
      sum(shop, { ...context, stack: "other" }),
    ];
    expect(sum(shop)).toMatch(/^[0-9a-f]{16}$/);
    expect(sum(shop, contextOf())).toBe(sum(shop));
    expect(new Set([sum(shop), ...changed]).size).toBe(1 + changed.length);
  });

  test("a change of the agent's files or of the CA rolls the application's pods", () => {
    const sum = (of: Context) => patchOf(shop, of).spec.template.metadata.annotations as unknown;
    expect(sum(contextOf())).toEqual(sum(context));
    expect(sum({ ...context, stackRoot: "other" })).not.toEqual(sum(context));
    expect(agentConfigData(context, shop)).toEqual({
      "config.yaml": renderYaml(agentConfig(context.settings.sizes.agent, shop)),
      "company-ca.crt": `${companyCa}\n`,
    });
  });
});
