import "../support/without-sdks.ts";
import { frontEndConfig } from "../../components/collector/front-end-config.ts";
import { samplerConfig } from "../../components/collector/sampler-config.ts";
import { frontEndPlan, gatewayPlan } from "../../components/collector/workloads.ts";
import { contextOf } from "../support/context.ts";
import { keysOf, loose } from "../support/loose.ts";

const apps = { "internet-shop": { host: "spans.shop.example", origins: ["https://shop.example"] } };
const frontEnds = { apps, ranges: ["0.0.0.0/0"], spansPerSecond: 30, percent: 5 };
const context = contextOf({ frontEnds });
const [frontend] = context.landscape.openFrontends;
const config = loose(frontEndConfig(context, frontend!));
const plan = frontEndPlan(context, frontend!);

test("the entry takes spans by HTTPS from pages of its origins, small ones, from whoever is not slow", () => {
  expect(Object.keys(config.receivers.otlp.protocols)).toEqual(["http"]);
  const { http } = config.receivers.otlp.protocols;
  expect(http).toMatchObject({
    endpoint: "[${env:POD_IP}]:4318",
    tls: { cert_file: "/vault/secrets/tls.crt", min_version: "1.3" },
    cors: { allowed_origins: ["https://shop.example"] },
    max_request_body_size: 524_288,
    read_timeout: "10s",
  });
  // Cookies and tokens are nothing that it could want.
  expect(http.cors).not.toHaveProperty("allowed_headers");
  expect(Object.keys(config.service.pipelines)).toEqual(["traces"]);
});

test("it drops before it limits, and limits before anything goes on, one request at a time", () => {
  expect(config.service.pipelines.traces.processors).toEqual([
    "memory_limiter",
    "filter/known",
    "transform/resource",
    "transform/apart",
    "tail_sampling",
    "transform/together",
  ]);
  expect(config.processors["filter/known"].error_mode).toBe("propagate");
  expect(config.processors["filter/known"].trace_conditions[0]).toBe(
    'resource.attributes["service.name"] != "internet-shop"',
  );
  expect(config.processors.tail_sampling.policies).toEqual([
    { name: "rate", type: "rate_limiting", rate_limiting: { spans_per_second: 30 } },
  ]);
  const { endpoint, sending_queue, auth } = config.exporters.otlp_grpc;
  expect(endpoint).toBe("otel-gateway.tracing.svc:4317");
  expect(auth).toEqual({ authenticator: "bearertokenauth" });
  expect(sending_queue).toMatchObject({ num_consumers: 1, block_on_overflow: false, queue_size: 3_200_000 });
  const forbidden = ["insecure", "insecure_skip_verify"];
  expect(keysOf(config).filter((key) => forbidden.includes(key))).toEqual([]);
});

test("its pods have an account of their own with a token for the gateway, and no certificate that opens a server", () => {
  expect(plan.workload).toBe("otel-front-end-internet-shop");
  expect(plan.files).toEqual([
    { kind: "certificate", dnsNames: ["otel-front-end-internet-shop.tracing.svc", "spans.shop.example"] },
  ]);
  expect(JSON.stringify(plan.volumes)).toContain('"audience":"tracing-gateway"');
  expect(plan.container.volumeMounts).toEqual([
    { name: "token", mountPath: "/var/run/secrets/tracing", readOnly: true },
  ]);
  expect(plan.config).toHaveProperty(["company-ca.crt"], `${context.stackRoot}\n`);
});

test("a flood stays where it is: a limit of CPU and memory, and no way but to the gateway", () => {
  expect(loose(plan.container.resources)["limits"]).toEqual({ cpu: "200m", memory: "128Mi" });
  const controller = { namespace: "ingress", podLabels: { "app.kubernetes.io/name": "traefik" } };
  expect(plan.flows).toEqual({
    ingress: [{ peer: controller, port: 4318 }],
    egress: [{ peer: { workload: "otel-gateway" }, port: 4317 }],
  });
  expect(gatewayPlan(context).flows.ingress).toContainEqual({
    peer: { workload: "otel-front-end-internet-shop" },
    port: 4317,
  });
});

test("what browsers send keeps a trace by their own share alone, neither by errors nor by slow spans", () => {
  const { policies } = loose(samplerConfig(context)).processors.tail_sampling;
  const other = 'resource.attributes["service.name"] != "internet-shop"';
  const condition = (span: string) => ({ error_mode: "propagate", span: [span] });
  expect(policies).toMatchObject([
    { name: "errors", ottl_condition: condition(`span.status.code == STATUS_CODE_ERROR and ${other}`) },
    {
      name: "slow",
      ottl_condition: condition(`span.end_time_unix_nano - span.start_time_unix_nano > 2000000000 and ${other}`),
    },
    { name: "share-browsers", and: { and_sub_policy: [{}, { probabilistic: { sampling_percentage: 5 } }] } },
    { name: "share-others", and: { and_sub_policy: [{ ottl_condition: condition(other) }, {}] } },
  ]);
});
