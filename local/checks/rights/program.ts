/** What the engine runs in this check: the objects of a file, by the provider as the stack has it. */
import { readFileSync } from "node:fs";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectsVariable, type Recorded } from "./recorded.ts";

const objects = JSON.parse(readFileSync(process.env[objectsVariable]!, "utf8")) as Recorded[];
// As in components/providers.ts.
const provider = new k8s.Provider("kubernetes", {
  clusterIdentifier: pulumi.getStack(),
  enableServerSideApply: true,
  enableConfigMapMutable: true,
});
/** Of any kind: the classes of the SDK add nothing but types. */
class Made extends pulumi.CustomResource {}

const layers: pulumi.Resource[][] = [];
for (const { layer, name, type, inputs } of objects) {
  const dependsOn = layers.slice(0, layer).flat();
  // As of the stack: a disk goes with the namespace.
  const retainOnDelete = type.endsWith(":PersistentVolumeClaim");
  (layers[layer] ??= []).push(new Made(type, name, inputs, { provider, dependsOn, retainOnDelete }));
}
