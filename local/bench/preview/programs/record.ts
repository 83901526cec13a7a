/** Runs the real program, and writes down what it registers, for `bare.ts`. */
import { writeFile } from "node:fs/promises";
import * as pulumi from "@pulumi/pulumi";
import { keyOf, recordingVariable, type Recorded } from "../recorded.ts";

const recorded: Promise<Recorded>[] = [];
const keys = new Map<pulumi.Resource, string>();
/** By component: all that is in it so far. Who depends on it depends on these. */
const inside = new Map<pulumi.Resource, pulumi.Resource[]>();

pulumi.runtime.registerStackTransformation(({ resource, type, name, props, opts }) => {
  for (let above = opts.parent; above; above = parentOf(above)) {
    const children = inside.get(above) ?? [];
    inside.set(above, children);
    children.push(resource);
  }
  // What `isInstance` looks at is set later.
  if (!(resource instanceof pulumi.CustomResource)) return undefined;
  const dependsOn = ([opts.dependsOn ?? []].flat() as pulumi.Resource[])
    .flatMap((one) => [one, ...(inside.get(one) ?? [])])
    .flatMap((one) => keys.get(one) ?? []);
  keys.set(resource, keyOf({ type, name }));
  recorded.push(record({ type, name, dependsOn: [...new Set(dependsOn)] }, props, opts));
  return undefined;
});

async function record(
  about: Pick<Recorded, "type" | "name" | "dependsOn">,
  props: pulumi.Inputs,
  { ignoreChanges }: pulumi.ResourceOptions,
): Promise<Recorded> {
  return {
    ...about,
    ...(ignoreChanges && ignoreChanges.length > 0 && { ignoreChanges: ignoreChanges }),
    props: await pulumi.runtime.serializeProperties(about.name, props),
  };
}

// The SDK has it for itself.
function parentOf(resource: pulumi.Resource): pulumi.Resource | undefined {
  return (resource as unknown as { __parentResource?: pulumi.Resource }).__parentResource;
}

await import("../../../../index.ts");
await writeFile(process.env[recordingVariable]!, JSON.stringify(await Promise.all(recorded)));
