import { z } from "zod";
import { accepts, isAbout, isExpired } from "./exceptions.ts";
import { isAboutUnknown } from "./resource.ts";
import { settings as settingsSchema } from "./settings.ts";
import type { Exception, Settings } from "./settings.ts";
import type { Finding, Judgement, StackFinding } from "./judgement.ts";
import type { Resource } from "./resource.ts";

/** What comes of a judgement: findings that stand, and what could not be judged since a value is not known yet. */
export interface Verdict<Of extends Finding> {
  readonly refused: readonly Of[];
  readonly unjudged: readonly Of[];
}

/** One run over a stack: what it is told, and which exceptions were of use. */
export class Session {
  settings: Settings = settingsSchema.parse({});
  readonly today: Date;
  #given: string | undefined;
  readonly #used = new Set<Exception>();
  readonly #seen: Resource[] = [];
  readonly #names: ReadonlySet<string>;
  readonly #configs = new Map<string, { text: string; config: unknown }>();

  constructor(names: Iterable<string>, today = new Date()) {
    this.#names = new Set(names);
    this.today = today;
  }

  /**
   * Takes the settings of the pack. The engine has them ready for each resource: the same ones again change nothing, and
   * what was said of their exceptions stays.
   *
   * @throws on a value that the schema refuses
   */
  configure(given: unknown): void {
    const text = JSON.stringify(given);
    if (text === this.#given) return;
    this.#given = text;
    this.settings = parse("pack-settings", settingsSchema, given);
  }

  /** @throws on a configuration that the policy's schema refuses */
  judge(judgement: Judgement, resource: Resource, given: unknown = {}): Verdict<Finding> {
    if (!("judge" in judgement)) return { refused: [], unjudged: [] };
    this.#seen.push(resource);
    const config = this.#configOf(judgement, given);
    const findings = judgement.judge(resource, { settings: this.settings, config, today: this.today });
    return this.#sifted(
      judgement.name,
      findings.map((finding) => ({ ...finding, resource })),
    );
  }

  judgeStack(judgement: Judgement, resources: readonly Resource[], given: unknown = {}): Verdict<StackFinding> {
    if (!("judgeStack" in judgement)) return { refused: [], unjudged: [] };
    const config = this.#configOf(judgement, given);
    const findings = judgement.judgeStack(resources, { settings: this.settings, config, today: this.today });
    return this.#sifted(judgement.name, findings);
  }

  /** Exceptions that are wrong themselves; to be asked after everything has been judged. */
  badExceptions(): string[] {
    return this.settings.exceptions.flatMap((exception) => {
      const { policy, resource, lastDay, owner } = exception;
      const of = `the exception of ${resource} from ${policy}`;
      if (!this.#names.has(policy)) return [`${of}: there is no such policy`];
      if (isExpired(exception, this.today))
        return [`${of} has expired on ${lastDay}: ${owner} mends the resource, or sets a new day with a new reason`];
      if (!this.#used.has(exception)) {
        const missed = this.#seen.some((seen) => isAbout(exception, seen))
          ? "nothing to accept there"
          : "no such resource";
        return [`${of} is not used (${missed}): delete it`];
      }
      return [];
    });
  }

  /** The engine has a policy's configuration ready for each resource, and it is the same one in nearly all runs. */
  #configOf({ name, config: schema }: Judgement, given: unknown): unknown {
    const text = JSON.stringify(given);
    const known = this.#configs.get(name);
    if (known?.text === text) return known.config;
    const config: unknown = parse(name, schema, given);
    this.#configs.set(name, { text, config });
    return config;
  }

  #sifted(policy: string, findings: readonly StackFinding[]): Verdict<StackFinding> {
    const refused: StackFinding[] = [];
    const unjudged: StackFinding[] = [];
    for (const finding of findings) {
      const { resource } = finding;
      if (isAboutUnknown(finding.path, resource.unknown) !== undefined) {
        unjudged.push(finding);
        continue;
      }
      const exception = this.settings.exceptions.find((of) => accepts(of, policy, resource, finding, this.today));
      if (exception) this.#used.add(exception);
      else refused.push(finding);
    }
    return { refused, unjudged };
  }
}

function parse<Value>(policy: string, schema: z.ZodType<Value>, given: unknown): Value {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new Error(`the configuration of ${policy} is wrong:\n${z.prettifyError(result.error)}`);
}
