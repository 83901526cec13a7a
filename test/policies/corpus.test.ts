import { Session } from "../../policies/core/session.ts";
import { judgements } from "../../policies/judgements.ts";
import { corpus as configurations } from "./corpus.ts";
import { delivery } from "./corpus-delivery.ts";
import { doors } from "./corpus-doors.ts";
import { encryption } from "./corpus-encryption.ts";
import { isolation } from "./corpus-isolation.ts";
import { networks } from "./corpus-networks.ts";
import { operators } from "./corpus-operators.ts";
import { pods } from "./corpus-pods.ts";
import { privacy } from "./corpus-privacy.ts";
import { programs } from "./corpus-programs.ts";
import { rights } from "./corpus-rights.ts";
import { secrets } from "./corpus-secrets.ts";
import { variants } from "./corpus-variants.ts";
import type { Finding } from "../../policies/core/judgement.ts";
import type { Resource } from "../../policies/core/resource.ts";

const corpus = [
  ...configurations,
  ...rights,
  ...variants,
  ...networks,
  ...delivery,
  ...operators,
  ...doors,
  ...secrets,
  ...pods,
  ...encryption,
  ...privacy,
  ...isolation,
  ...programs,
];

const given: Record<string, unknown> = {
  "exposure-network-policy-egress": { anywhere: [8200, 9200] },
  "exposure-route-allow-list": { gateways: ["ingress/internal"] },
  "privacy-redaction": { cleaning: ["otel-gateway.tracing.svc"] },
  "privacy-capture": { headers: ["x-order-id"] },
  "isolation-certificates": { clients: ["otel-gateway", "otel-sampler"] },
  "isolation-elasticsearch-role": { administrators: ["provisioner", "vault"] },
  "isolation-elasticsearch-security": { anonymous: { health: ["cluster:monitor/health"] } },
  "operations-retention": { others: { "dev-tracing-audit": 180 } },
  "operations-replicas": { least: { "otel-gateway": 3 } },
  "operations-queue": { least: { "otel-gateway-config": 20000 } },
};

function refusals(policy: string, resource: Resource): readonly Finding[] {
  const session = new Session([], new Date("2026-11-25"));
  session.configure({
    ranges: ["10.8.0.0/16", "10.20.0.0/16"],
    domains: ["company.example"],
    direct: { 9200: ["10.20.0.0/16"] },
    groups: ["shop", "crm", "mes"],
    views: ["all"],
  });
  const judgement = judgements.find(({ name }) => name === policy)!;
  return session.judge(judgement, resource, given[policy]).refused;
}

test.each(corpus)("$policy refuses $defect, and accepts the same without it", ({ policy, bad, good, says }) => {
  const messages = refusals(policy, bad).map(({ message }) => message);
  expect(messages.join("\n")).toContain(says);
  expect(messages.join("\n")).not.toContain("correct-horse");
  expect(refusals(policy, good)).toEqual([]);
});

test("the corpus has at least 80 cases, and one for each policy of single resources", () => {
  expect(corpus.length).toBeGreaterThanOrEqual(80);
  const tried = new Set(corpus.map(({ policy }) => policy));
  expect(judgements.filter((of) => "judge" in of && !tried.has(of.name)).map(({ name }) => name)).toEqual([]);
});
