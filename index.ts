import * as pulumi from "@pulumi/pulumi";
import { deploy } from "./components/platform.ts";
import { createContext } from "./config/context.ts";
import { loadSettings } from "./config/stack.ts";

// Catalogue and settings → context → components → outputs.
export const { tracedServices, requiredEdges } = deploy(createContext(pulumi.getStack(), loadSettings()));
