import { dump } from "js-yaml";

/** Renders a configuration file: sorted keys and no line folding, so that a diff shows only what changed. */
export function renderYaml(value: unknown): string {
  return dump(value, { sortKeys: true, lineWidth: -1, noRefs: true });
}
