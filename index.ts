import * as pulumi from "@pulumi/pulumi";
import { deploy } from "./components/platform.ts";
import { loadContext } from "./config/stack.ts";

// Catalogue and settings → context → components → outputs.
export const { views, traced, off, requiredEdges, next } = deploy(loadContext(pulumi.getStack()));
