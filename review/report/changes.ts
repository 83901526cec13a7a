import { kindOf } from "../consequences/index.ts";
import { isResource, type Operation, type Step } from "../engine/steps.ts";
import { differences } from "./differences.ts";
import { fenced, folded, html, inline } from "./markdown.ts";
import type { Section } from "./section.ts";

const signs: Record<Exclude<Operation, "same">, readonly [sign: string, word: string]> = {
  replace: ["±", "replaced"],
  delete: ["−", "deleted"],
  update: ["~", "changed"],
  create: ["+", "added"],
};

const operations = Object.keys(signs) as (keyof typeof signs)[];

const changing = (steps: readonly Step[]): Step[] =>
  steps.filter((step) => step.operation !== "same" && isResource(step));

/** How many are added, changed and so on; empty if nothing changes. */
export function countsOf(steps: readonly Step[]): string {
  const changes = changing(steps);
  const count = (operation: Operation) => changes.filter((step) => step.operation === operation).length;
  const said = operations
    .filter((operation) => count(operation) > 0)
    .map((operation) => `**${count(operation)} ${signs[operation][1]}**`);
  const same = steps.filter((step) => step.operation === "same" && isResource(step)).length;
  return said.length === 0 ? "" : `${said.join(", ")}, ${same} stay as they are.`;
}

/** Changes by component, those with deletions and replacements first; components that change alike stand together. */
export function changeSections(steps: readonly Step[]): Section[] {
  const components = [...Map.groupBy(changing(steps), ({ components }) => components[0] ?? "the stack itself")];
  const rank = ([, group]: [string, Step[]]) =>
    Math.min(...group.map(({ operation }) => operations.indexOf(operation as "replace")));
  components.sort((a, b) => rank(a) - rank(b) || (a[0] < b[0] ? -1 : 1));
  // Alike: the same lines, but for the component's own name.
  const alike = Map.groupBy(components, ([name, group]) => group.map(changeOf).join("\n\n").replaceAll(name, "\0"));
  return [...alike.values()].map((same, index) => {
    const [[first, group]] = same as [[string, Step[]]];
    const names = same.map(([name]) => name);
    const heading = index === 0 ? "### Changes by component\n\n" : "";
    const tally = operations
      .map((operation) => [operation, group.filter((step) => step.operation === operation).length] as const)
      .filter(([, count]) => count > 0)
      .map(([operation, count]) => `${count} ${signs[operation][1]}`)
      .join(", ");
    const each = same.length > 1 ? ` each, alike; here ${html(first)}` : "";
    const title = `${names.map((name) => `<b>${html(name)}</b>`).join(", ")}: ${tally}${each}`;
    return {
      title: `changes of ${names.map(inline).join(", ")}`,
      body: heading + folded(title, group.map(changeOf).join("\n\n")),
      short: heading + folded(title, fenced(group.map(headline))),
    };
  });
}

function headline(step: Step): string {
  const [sign, word] = signs[step.operation as Exclude<Operation, "same">];
  const why = step.operation === "replace" && step.replacedFor.length > 0 ? `, for ${step.replacedFor.join(", ")}` : "";
  return `${sign} ${kindOf(step)} ${step.name} (${word}${why})`;
}

function changeOf(step: Step): string {
  const lines = differences(step.before, step.after);
  const title = `**${inline(headline(step))}**`;
  if (step.operation === "delete") return title;
  if (lines.length === 0)
    return `${title}\n\nIts own description stays: what changes is the configuration that it reads.`;
  return `${title}\n\n${fenced(lines)}`;
}
