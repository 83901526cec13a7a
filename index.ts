import * as pulumi from "@pulumi/pulumi";
import { deploy } from "./components/platform.ts";
import { loadContext } from "./config/stack.ts";
import { guard } from "./review/check/guard.ts";
import { rolloutHook } from "./review/rollout/hook.ts";
import { refuseUnfitState } from "./review/state/guard.ts";

// Catalogue and settings → context → a look at what is there → components → outputs.
const context = loadContext(pulumi.getStack());
await refuseUnfitState(context.settings);
const live = await guard(context);
export { stateVersion } from "./review/state/version.ts";
export const { namespace, views, traced, off, requiredEdges, next } = deploy(context, {
  live,
  rollout: rolloutHook(context),
});
