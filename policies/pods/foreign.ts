import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";

/** How Pulumi, Flux, Argo CD and Helm are told to overwrite, or to delete and make anew. */
const forcing: readonly (readonly [keys: RegExp, values: RegExp])[] = [
  [/(?:^|\.)pulumi\.com\/patchforce$/, /^true$/],
  [/(?:^|\.)kustomize\.toolkit\.fluxcd\.io\/force$/, /^enabled$/i],
  [/(?:argocd\.argoproj\.io\/sync-options|\.syncoptions)$/, /\b(?:Force|Replace)=true\b/],
  [/(?:^forceupdate|\bspec\.(?:force|(?:upgrade|rollback)\.force))$/, /^true$/],
];

export const foreign = forResources({
  name: "pods-foreign",
  description: "What belongs to somebody else is never taken over by force.",
  severity: "high",
  remediation: "Remove the switch: a clash of owners is to be an error.",
  config: z.strictObject({}),
  judge: (resource) => {
    // On an object of its own the engine is the owner.
    const own = /^kubernetes:/.test(resource.type) && !resource.type.endsWith("Patch");
    return leavesOf(resource)
      .filter(({ keys, value }) => forcing.some(([of, wrong]) => of.test(keys) && wrong.test(String(value))))
      .filter(({ path }) => !(own && path === 'metadata.annotations["pulumi.com/patchForce"]'))
      .map(({ path }) => ({ path, message: "overwrites what its owner set; remove it" }));
  },
});
