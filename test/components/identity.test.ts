import "../support/without-sdks.ts";
import { gatewayConfig } from "../../components/collector/gateway-config.ts";
import { claimsProcessor, identityProcessors } from "../../components/collector/identity.ts";
import { gatewayPlan, samplerPlan } from "../../components/collector/workloads.ts";
import { jaegerCollectorPlan, jaegerQueryPlan } from "../../components/jaeger/workloads.ts";
import { managedElasticsearchPlan } from "../../components/elasticsearch/managed-plan.ts";
import { contextOf } from "../support/context.ts";

interface Transform {
  error_mode: string;
  trace_statements: { context: string; conditions?: string[]; statements: string[] }[];
}

const transformOf = (processors: Record<string, object>, name: string) => processors[name] as Transform;

describe("identity of a sender", () => {
  const context = contextOf();
  const identity = transformOf(identityProcessors(context.landscape, "tracing"), "transform/identity");
  const onResource = identity.trace_statements[0]!.statements;

  test("everything is unknown first; then service and group follow from the subject", () => {
    const subject = 'resource.attributes["tracing.subject"]';
    const of = (service: string, group: string) => [
      `set(resource.attributes["service.name"], "${service}") where ${subject} == "system:serviceaccount:${group}:${service}"`,
      `set(resource.attributes["tracing.group"], "${group}") where ${subject} == "system:serviceaccount:${group}:${service}"`,
    ];
    expect(onResource.slice(0, 9)).toEqual([
      'set(resource.attributes["tracing.claimed_name"], resource.attributes["service.name"])',
      'set(resource.attributes["service.name"], "unassigned")',
      'set(resource.attributes["tracing.group"], "unassigned")',
      ...of("crm-api", "crm"),
      ...of("mes-api", "mes"),
      ...of("shop-api", "shop"),
    ]);
    expect(onResource.at(-1)).toBe('delete_key(resource.attributes, "tracing.subject")');
  });

  test("a statement that fails stops the spans", () => {
    expect(identity.error_mode).toBe("propagate");
    expect(transformOf(claimsProcessor(), "transform/claims").error_mode).toBe("propagate");
  });

  test("the subject is deleted before it is taken from the token: without a token there is none", () => {
    expect(identityProcessors(context.landscape, "tracing")["resource/identity"]).toEqual({
      attributes: [
        { key: "tracing.subject", action: "delete" },
        { key: "tracing.subject", from_context: "auth.subject", action: "upsert" },
      ],
    });
  });

  test("claims go first, from every level; the service's name stays on the resource only, until it is stamped", () => {
    const groups = transformOf(claimsProcessor(), "transform/claims").trace_statements;
    expect(groups.map((group) => group.context)).toEqual(["resource", "scope", "span", "spanevent"]);
    for (const { context: level, statements } of groups) {
      expect(statements[0]).toContain(`delete_matching_keys(${level}.attributes, "^(?:tracing|redaction)`);
      expect(statements.some((statement) => statement.includes("service.name"))).toBe(level !== "resource");
    }
    const { processors } = gatewayConfig(context).service.pipelines.traces;
    expect(processors[1]).toBe("transform/claims");
    expect(processors.slice(-2)).toEqual(["resource/identity", "transform/identity"]);
  });

  test("an unknown sender keeps no order's id, so that no search for an order finds it", () => {
    expect(identity.trace_statements[1]).toEqual({
      context: "span",
      conditions: ['resource.attributes["tracing.group"] == "unassigned"'],
      statements: ['delete_key(span.attributes, "order.id")'],
    });
  });

  test("a front end is known by its entry's account, is of the group of its back ends, and says nothing about orders", () => {
    const apps = { "internet-shop": { host: "spans.shop.example", origins: ["https://shop.example"] } };
    const { landscape } = contextOf({ frontEnds: { apps, ranges: ["10.8.0.0/16"] } });
    const [resource, span] = transformOf(
      identityProcessors(landscape, "tracing"),
      "transform/identity",
    ).trace_statements;
    const sender =
      'resource.attributes["tracing.subject"] == "system:serviceaccount:tracing:otel-front-end-internet-shop"';
    expect(resource!.statements).toEqual(
      expect.arrayContaining([
        `set(resource.attributes["service.name"], "internet-shop") where ${sender}`,
        `set(resource.attributes["tracing.group"], "shop") where ${sender}`,
      ]),
    );
    expect(span!.conditions).toContain('resource.attributes["service.name"] == "internet-shop"');
  });

  test("knows services by the stack's names, and not those that are switched off", () => {
    const { landscape } = contextOf({
      services: { "mes-api": { namespace: "prod", serviceAccount: "mes" }, "crm-api": { enabled: false } },
    });
    const text = JSON.stringify(identityProcessors(landscape, "tracing"));
    expect(text).toContain("system:serviceaccount:prod:mes");
    expect(text).toContain("mes-api");
    expect(text).not.toContain("crm");
  });
});

test("only those who deliver spans have a client's certificate: a query pod cannot write spans", () => {
  const context = contextOf();
  const plans = [
    gatewayPlan(context),
    samplerPlan(context),
    jaegerCollectorPlan(context, "shop"),
    jaegerQueryPlan(context, "shop"),
    managedElasticsearchPlan(context),
  ];
  const clients = plans.filter(({ files }) => files.some((file) => file.kind === "certificate" && file.client));
  expect(clients.map(({ workload }) => workload)).toEqual(["otel-gateway", "otel-sampler"]);
});
