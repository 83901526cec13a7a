import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { ClusterChoice } from "../../lib/kubeconfig.ts";

/** Why there is no kubeconfig, in a process of its own: Jest cannot load the cluster's client. */
function refused(choice: ClusterChoice, environment: Record<string, string>): string {
  const module = JSON.stringify(join(import.meta.dirname, "../../lib/kubeconfig.ts"));
  const script = `
    const { loadKubeConfig } = await import(${module});
    try { loadKubeConfig(${JSON.stringify(choice)}); } catch ({ name, message }) { console.log(name + ": " + message); }`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
    // Nothing of whoever runs the tests.
    env: { HOME: "/nonexistent", ...environment },
  });
}

test.each([
  [
    "the file of the settings",
    { kubeconfigFile: "/no/such/file" },
    {},
    /'[/]no[/]such[/]file'\. See cluster\.kubeconfig/,
  ],
  [
    "the file of the environment, though the settings have one",
    { kubeconfigFile: "/x" },
    { KUBECONFIG: "/no" },
    /'[/]no'\. See KUBECONFIG/,
  ],
  ["none at all", {}, {}, /Set KUBECONFIG/],
  ["a context that it has not", { context: "prod" }, {}, /no context prod \(cluster\.context/],
])("where to look is said: %s", (_, choice, environment, said) => {
  expect(refused(choice, environment)).toMatch(said);
});
