import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "../../policies/core/resource.ts";
import { Session } from "../../policies/core/session.ts";
import { judgements } from "../../policies/judgements.ts";
import type { Registered } from "../mocks.ts";

/** The pack's configuration of a stack, by policy. */
export type PackConfiguration = Readonly<Record<string, object>>;

/** What config/policies says of a stack. */
export const configurationOf = (stack: string): PackConfiguration =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, "../../config/policies", `${stack}.json`), "utf8"),
  ) as PackConfiguration;

/** What a program has registered, as the engine shows it to the pack. */
export const asResources = (graph: readonly Registered[]): Resource[] =>
  graph.map(({ type, name, inputs: props }) => ({
    urn: `urn:pulumi:test::order-tracing::${type}::${name}`,
    type,
    name,
    props,
    unknown: [],
  }));

/** One thing that the pack does not accept. */
interface Refusal {
  readonly policy: string;
  readonly resource: string;
  readonly path: string;
  readonly message: string;
}

/**
 * Judges a whole stack, as the engine has it judged.
 *
 * @param today the day of the judgement: exceptions and certificates must not end a test that nobody changed.
 */
export function refusals(
  resources: readonly Resource[],
  given: PackConfiguration,
  today: Date,
): { refused: Refusal[]; badExceptions: string[] } {
  const session = new Session(
    judgements.map(({ name }) => name),
    today,
  );
  session.configure(given["pack-settings"]);
  const refused = judgements.flatMap((judgement) =>
    [
      ...resources.flatMap((resource) =>
        session.judge(judgement, resource, given[judgement.name]).refused.map((finding) => ({ ...finding, resource })),
      ),
      ...session.judgeStack(judgement, resources, given[judgement.name]).refused,
    ].map(({ resource, path, message }) => ({ policy: judgement.name, resource: resource.name, path, message })),
  );
  return { refused, badExceptions: session.badExceptions() };
}
