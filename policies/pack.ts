import { PolicyPack, UnknownValueError } from "@pulumi/policy";
import type {
  PolicyConfigSchema,
  PolicyResource,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { z } from "zod";
import "./core/read-once.ts";
import { judgements } from "./judgements.ts";
import { readProps } from "./core/resource.ts";
import { Session } from "./core/session.ts";
import { settings } from "./core/settings.ts";
import { unreadOf } from "./core/unread.ts";
import type { Judgement } from "./core/judgement.ts";
import type { Resource } from "./core/resource.ts";

const session = new Session(judgements.map(({ name }) => name));

/** The resource that is judged now: its policies are asked one after the other, and reading it costs more than most of them. */
let current: { urn: string; resource: Resource } | undefined;

/** All resources, when they are judged by each other: the same holds for them. */
let all: readonly Resource[] | undefined;

function plain({ urn, type, name, props }: Pick<PolicyResource, "urn" | "type" | "name" | "props">): Resource {
  return { urn, type, name, ...readProps(props, (error) => error instanceof UnknownValueError) };
}

function configSchema(schema: z.ZodType): PolicyConfigSchema {
  const { properties = {}, required } = z.toJSONSchema(schema, { io: "input" }) as PolicyConfigSchema;
  return { properties, ...(required && { required }) };
}

/** First of all policies: the others rely on what it takes in. */
const packSettings: ResourceValidationPolicy = {
  name: "pack-settings",
  description: "What several policies are told: networks, ports, groups, exceptions.",
  enforcementLevel: "mandatory",
  configSchema: configSchema(settings),
  validateResource: (args) => {
    session.configure(args.getConfig());
    current = { urn: args.urn, resource: plain(args) };
    all = undefined;
  },
};

/** Advisory by its nature: what is not known in a preview is judged when it is applied, and what is elsewhere, there. */
const unjudged: ResourceValidationPolicy = {
  name: "pack-unjudged",
  description:
    "What could not be judged: a value that is not known before it is applied, or that is written elsewhere.",
  enforcementLevel: "advisory",
  validateResource: (args, report) => {
    const resource = resourceOf(args);
    const { unknown } = resource;
    for (const { path, what } of unreadOf(resource)) report(`${path}: could not be judged, it is not here: ${what}`);
    if (unknown.length > 0) report(`could not be judged, the value is not known yet: ${unknown.join(", ")}`);
  },
};

const exceptions: StackValidationPolicy = {
  name: "pack-exceptions",
  description: "An exception that has expired, or that nothing needs, is an error.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateStack: (_args, report) => {
    for (const message of session.badExceptions()) report(message);
  },
};

function resourceOf(args: Parameters<typeof plain>[0]): Resource {
  return current?.urn === args.urn ? current.resource : plain(args);
}

function policyOf(judgement: Judgement): ResourceValidationPolicy | StackValidationPolicy {
  const { name, description, severity, remediation, config } = judgement;
  const described = {
    name,
    description,
    severity,
    remediationSteps: remediation,
    enforcementLevel: "mandatory" as const,
    configSchema: configSchema(config),
  };
  const said = ({ path, message }: { path: string; message: string }) => (path ? `${path}: ${message}` : message);
  if ("judge" in judgement) {
    return {
      ...described,
      validateResource: (args, report) => {
        for (const finding of session.judge(judgement, resourceOf(args), args.getConfig()).refused)
          report(said(finding));
      },
    };
  }
  return {
    ...described,
    validateStack: (args, report) => {
      const { refused } = session.judgeStack(judgement, (all ??= args.resources.map(plain)), args.getConfig());
      for (const finding of refused) report(said(finding), finding.resource.urn);
    },
  };
}

new PolicyPack("tracing", { policies: [packSettings, ...judgements.map(policyOf), unjudged, exceptions] });
