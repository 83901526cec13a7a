/**
 * What the engine runs in this check: all of the stack that is in Vault, by its own components and its own provider. What they have
 * in Kubernetes is written into a folder.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { TraceStore } from "../../../components/elasticsearch/store.ts";
import { JaegerQuery } from "../../../components/jaeger/index.ts";
import { createProviders } from "../../../components/providers.ts";
import { Vault } from "../../../components/vault/index.ts";
import { loadContext } from "../../../config/stack.ts";
import { manifestsVariable, view } from "./names.ts";

const context = loadContext(pulumi.getStack());
const written = new k8s.Provider("written", { renderYamlToDirectory: process.env[manifestsVariable]! });
const providers = [...createProviders(context).filter((one) => !(one instanceof k8s.Provider)), written];
const vault = new Vault("vault", { context }, { providers });
const store = new TraceStore("trace-store", { context }, { providers, dependsOn: vault });
new JaegerQuery(`jaeger-query-${view}`, { context, view }, { providers, dependsOn: store });
