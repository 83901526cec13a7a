import * as pulumi from "@pulumi/pulumi";
import { deploy } from "./components/platform.ts";
import { loadContext } from "./config/stack.ts";

// Catalogue and settings → context → components → outputs.
export const { tracedServices, requiredEdges } = deploy(loadContext(pulumi.getStack()));
