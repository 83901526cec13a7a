/** What kube-proxy and kube-router make; none of our CNI plugins makes rules. */
const chainNames = /^KUBE-/;
const ruleMarks = / -[jg] KUBE-| --comment "KUBE-ROUTER /;

/** Lines for `iptables-restore --noflush` that remove our chains, per table of an `iptables-save`. */
export function removals(saved: string): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const section of saved.split(/^(?=\*)/m)) {
    const table = /^\*(\S+)/.exec(section)?.[1];
    const chains = [...section.matchAll(/^:(\S+) /gm)].map(([, name]) => name!).filter((name) => chainNames.test(name));
    if (table === undefined || chains.length === 0) continue;
    const rules = section.split("\n").filter((line) => {
      const chain = /^-A (\S+) /.exec(line)?.[1];
      return chain !== undefined && !chainNames.test(chain) && ruleMarks.test(line);
    });
    result.set(table, [
      ...rules.map((rule) => rule.replace(/^-A/, "-D")),
      ...chains.map((chain) => `-F ${chain}`),
      ...chains.map((chain) => `-X ${chain}`),
    ]);
  }
  return result;
}
