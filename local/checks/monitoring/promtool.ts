import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { monitoringFiles } from "../../../components/monitoring/files.ts";
import { objectivesOf, ruleGroups, watchedWorkloads } from "../../../components/monitoring/rules.ts";
import { renderYaml } from "../../../components/kubernetes/yaml.ts";
import { readStack } from "../../../config/stack-file.ts";
import { prometheusProgram } from "../../images/debian-program.ts";
import { alertCases, promtoolTest } from "./cases.ts";

/** What one question to promtool gave. */
export interface Verdict {
  title: string;
  ok: boolean;
  /** What promtool says. */
  output: string;
}

/** Lets Prometheus' own tool check a stack's rules and scrape configuration, and try every alert. */
export async function askPromtool(stackName: string): Promise<Verdict[]> {
  const { name: stack, settings, landscape } = readStack(stackName);
  const { monitoring } = settings;
  if (!monitoring) throw new Error(`Stack ${stack} has no monitoring.`);
  const promtool = await prometheusProgram("promtool");
  const folder = await mkdtemp(join(tmpdir(), "promtool-"));
  try {
    const files = monitoringFiles({ stack, settings, landscape }, monitoring);
    const objectives = new Map(
      objectivesOf(landscape, monitoring).map(({ service, latencyMs }) => [service.id, latencyMs]),
    );
    const { edgeSilenceMinutes } = monitoring;
    const cases = alertCases(
      settings.cluster.namespace,
      landscape,
      watchedWorkloads(landscape),
      edgeSilenceMinutes,
      (id) => objectives.get(id)!,
    );
    const rules = ruleGroups({ stack, settings, landscape }, monitoring).flatMap((group) => group.rules);
    const tests = cases.map((one, index) => promtoolTest(one, rules, `rules-${index}.yaml`));
    const texts = {
      ...files,
      ...Object.fromEntries(
        tests.flatMap((one, index) => [
          [`rules-${index}.yaml`, renderYaml(one.rules)],
          [`test-${index}.yaml`, renderYaml(one.test)],
        ]),
      ),
    };
    for (const [file, text] of Object.entries(texts)) await writeFile(join(folder, file), text);
    const ask = async (title: string, ...args: string[]): Promise<Verdict> => {
      const { exitCode, all } = await execa(promtool, args, { cwd: folder, reject: false, all: true });
      return { title, ok: exitCode === 0, output: all };
    };
    return [
      await ask("rules", "check", "rules", "prometheus-rules.yaml"),
      // Files of certificates are on other machines.
      await ask("scrape configuration", "check", "config", "--syntax-only", "prometheus-scrape.yaml"),
      await ask(
        `${cases.length} causes that fire, and as many that must not`,
        "test",
        "rules",
        ...tests.map((_, index) => `test-${index}.yaml`),
      ),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
