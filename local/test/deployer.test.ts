import { readStack } from "../../config/stack-file.ts";
import { deployer } from "../cluster/settings.ts";
import { administrator, deployerRights, placesOfStack } from "../landscape/deployer.ts";
import { namespaces } from "../landscape/namespaces.ts";
import { deployerKubeconfig } from "../paths.ts";

const places = placesOfStack();
const rights = deployerRights(deployer, places);

interface Binding {
  kind: string;
  metadata: { namespace?: string };
  subjects?: { kind: string; name: string }[];
}

test("the local stack is deployed by the user whom the company gives the rights, not by the administrator", () => {
  const { cluster, review } = readStack("local").settings;
  expect(cluster.kubeconfigFile).toBe(deployerKubeconfig);
  // Else its RoleBinding in the stack's namespace would be drift.
  expect(review.fieldManagers).toContain(administrator);
  const bindings = (rights as unknown as Binding[]).filter(({ subjects }) => subjects !== undefined);
  expect(bindings.length).toBeGreaterThan(places.services.length);
  for (const { subjects } of bindings) expect(subjects).toMatchObject([{ kind: "User", name: deployer }]);
});

test("each object of the guides is given once, without a word that was to be replaced", () => {
  const keys = rights.map(({ kind, metadata }) => [kind, metadata?.namespace, metadata?.name].join("/"));
  expect(new Set(keys).size).toBe(keys.length);
  expect(JSON.stringify(rights)).not.toMatch(/DEPLOYER|NAMESPACE/);
});

test("rights are given in the stack's namespace, and in those of traced services of the company", () => {
  const where = new Set((rights as unknown as Binding[]).flatMap(({ metadata }) => metadata.namespace ?? []));
  expect([...where].sort()).toEqual(["default", places.namespace, ...places.services].sort());
  expect(namespaces).toEqual(expect.arrayContaining([...places.services]));
});
