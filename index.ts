import * as pulumi from "@pulumi/pulumi";
import { deploy } from "./components/platform.ts";
import { loadContext } from "./config/stack.ts";
import { guard } from "./review/check/guard.ts";
import { setAsideMadeAnew } from "./review/check/made-anew.ts";
import { tryOwnObjects } from "./review/check/own-objects.ts";
import { ownStatefulSets } from "./review/check/read.ts";
import { ownTrials } from "./review/check/trial.ts";
import { rolloutHook } from "./review/rollout/hook.ts";
import { refuseUnfitState } from "./review/state/guard.ts";

// The SDK notes the stack of each of its thousands of promises, and maps every frame of it to sources that only its authors have:
// a fifth of a preview of a hundred services. Node's own stacks say as much: it runs this program's TypeScript as it stands.
Reflect.deleteProperty(Error, "prepareStackTrace");

// Catalogue and settings → context → a look at what is there → components → outputs.
const context = loadContext(pulumi.getStack());
await refuseUnfitState(context.settings);
const live = await guard(context);
pulumi.runtime.registerStackTransformation(setAsideMadeAnew(ownStatefulSets(context)));
pulumi.runtime.registerStackTransformation(tryOwnObjects(ownTrials(context)));
export { stateVersion } from "./review/state/version.ts";
export const { namespace, views, traced, off, requiredEdges, next } = deploy(context, {
  live,
  rollout: rolloutHook(context),
});
